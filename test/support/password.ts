/** The password of every user that tests make. */
export const PASSWORD = 'tulipes-et-jonquilles';
/** argon2id of PASSWORD: hashing it anew for every user would take most of the time. */
export const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$/XVJ25Xuk4CDMve8EisnmQ$d9KoW7rmigtfMC8LP0Y8qFfHarLliBJ9c20IZF4KIBI';
