/**
 * Spies and fake timers in place of `@jest/globals`, which exists in jest's own realms only. There is no `jest.mock`: modules
 * are shared by the test files of a worker. Whatever a file leaves spied on or faked ends with the file.
 */
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { afterTestFile } from './after-test-file.js';

type TimerOptions = Parameters<ModernFakeTimers['useFakeTimers']>;

const mocker = new ModuleMocker(globalThis);
// Of its configuration it reads the defaults of `useFakeTimers` only.
const config = { fakeTimers: {} } as ConstructorParameters<typeof ModernFakeTimers>[0]['config'];
const timers = new ModernFakeTimers({ config, global: globalThis });
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

export const jest = {
  spyOn: mocker.spyOn.bind<ModuleMocker['spyOn']>(mocker),
  replaceProperty: mocker.replaceProperty.bind<ModuleMocker['replaceProperty']>(mocker),
  fn: mocker.fn.bind<ModuleMocker['fn']>(mocker),
  restoreAllMocks: () => {
    mocker.restoreAllMocks();
  },
  /** @param ms for each test and hook of this file */
  setTimeout: (ms: number) => {
    Reflect.set(globalThis, TEST_TIMEOUT, ms);
  },
  useFakeTimers: (...options: TimerOptions) => {
    timers.useFakeTimers(...options);
  },
  useRealTimers: () => {
    timers.useRealTimers();
  },
  setSystemTime: (now: number | Date) => {
    timers.setSystemTime(now);
  },
  advanceTimersByTime: (ms: number) => {
    timers.advanceTimersByTime(ms);
  },
  getTimerCount: () => timers.getTimerCount(),
};

afterTestFile(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});
