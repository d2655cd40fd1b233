import { TENANT_ID } from '../tenancy/tenant-id.js';
import { TextField } from '../platform/input/fields.js';
import { MAX_EMAIL } from '../platform/values/identity-form.js';
import { MAX_SENT_PASSWORD } from './passwords.js';

/** Only requires visible characters around an @: an invalid address is simply unknown. */
const VISIBLE_EMAIL =
  /^[^\s@\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+@[^\s@\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+$/u;

/** E-mail, password and company. */
export class LoginInput {
  @TextField({
    description: 'E-mail address of the user.',
    max: MAX_EMAIL,
    form: 'code',
    pattern: VISIBLE_EMAIL,
    required: true,
  })
  email!: string;

  @TextField({ description: 'Password, 1 to 1024 characters.', max: MAX_SENT_PASSWORD, form: 'secret', required: true })
  password!: string;

  @TextField({
    description: 'Id of the company; the header X-Tenant-ID may give it instead.',
    max: 64,
    form: 'secret',
    pattern: TENANT_ID,
  })
  tenantId?: string | null;
}

/** The latest refresh token. */
export class RefreshInput {
  @TextField({ description: 'The latest refresh token.', max: 4096, form: 'secret', required: true })
  refreshToken!: string;
}

/** The optional body of a sign-out. */
export class LogoutInput {
  @TextField({
    description: "Accepted, not needed: the access token's session ends, and its refresh token with it.",
    max: 4096,
    form: 'secret',
  })
  refreshToken?: string | null;
}

/** The current and the new password. */
export class ChangePasswordInput {
  @TextField({ description: 'The password as it is.', max: MAX_SENT_PASSWORD, form: 'secret', required: true })
  currentPassword!: string;

  @TextField({
    description: 'The new password, 12 to 128 characters; not the current one.',
    max: MAX_SENT_PASSWORD,
    form: 'secret',
    required: true,
  })
  newPassword!: string;
}
