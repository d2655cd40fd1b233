/** The message after the start. */
import type { Config } from '../config.js';
import { DEMO_PASSWORD } from '../demo/demo-tenants.js';

/** Prints the addresses, and the accounts of the demo. */
export function announce(config: Config, origin: string): void {
  const lines = [
    `CRM API is running at ${origin}`,
    ...(config.PLAYGROUND ? [`  GraphQL playground  ${origin}/graphql`] : [`  GraphQL             ${origin}/graphql`]),
    `  REST docs           ${origin}/v1/docs`,
    `  Health check        ${origin}/health/ready`,
  ];
  if (config.DEMO_DATA) {
    lines.push(
      `  Demo sign-in        tenant demo, admin@demo.example (or manager@ user@ readonly@), password ${DEMO_PASSWORD}`,
      '                      tenant acme, admin@acme.example …, same password',
    );
  }
  console.log(lines.join('\n'));
}
