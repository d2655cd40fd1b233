/** Common passwords of twelve characters or more; shorter ones are rejected anyway. */

const COMMON: ReadonlySet<string> = new Set([
  '123456789012', '1234567890123', '12345678901234', '123456123456', '012345678901', '987654321012', '112233445566',
  '123123123123', '1q2w3e4r5t6y', '1qaz2wsx3edc', 'qwertyuiopas', 'qwertyuiop12', 'qwertyuiop123', 'qwerty123456',
  'qwertyqwerty', 'asdfghjklzxc', 'zxcvbnm12345', 'azertyuiop12', 'azertyuiop123', 'azerty123456', 'azertyazerty',
  'azertyuiopqs', 'abcdefghijkl', 'abcdefghijklm', 'abcdef123456', 'abc123abc123', 'password1234', 'password12345',
  'password123456', 'passwordpassword', 'password2024', 'password2025', 'password2026', 'passw0rd1234', 'p@ssw0rd1234',
  'p@ssword1234', 'motdepasse12', 'motdepasse123', 'motdepasse1234', 'motdepasse2025', 'motdepasse2026', 'monmotdepasse',
  'letmein12345', 'letmeinletmein', 'welcome12345', 'welcome123456', 'bienvenue123', 'bienvenue2026', 'administrator',
  'administrateur', 'admin1234567', 'adminadminadmin', 'iloveyou1234', 'iloveyouiloveyou', 'jetaimejetaime',
  'changeme1234', 'changemechangeme', 'changezmoi123', 'secret123456', 'secretsecret', 'correcthorsebatterystaple',
  'correct horse battery staple', 'dragon123456', 'football1234', 'sunshine1234', 'princess1234', 'superman1234',
  'trustno1trustno1', 'computer1234', 'internet1234', 'soleilsoleil', 'doudoudoudou', 'loulouloulou', 'test12345678',
  'testtesttest', 'demo12345678', 'crmcrmcrmcrm', 'salesforce123',
]); // prettier-ignore

/** Whether the password is a common one, one character or pair repeated, or has the e-mail's local part as most of it. */
export function isCommonPassword(password: string, email: string): boolean {
  const folded = password.toLowerCase();
  const local = email.toLowerCase().split('@')[0] ?? '';
  const isMostlyName = local.length >= 4 && folded.includes(local) && folded.length - local.length < 6;
  return COMMON.has(folded) || /^(.{1,3})\1+$/su.test(folded) || folded === email.toLowerCase() || isMostlyName;
}
