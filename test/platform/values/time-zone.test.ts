import fc from 'fast-check';
import { jest } from '../../support/jest.js';
import { dayIn, todayIn } from '../../../src/platform/values/calendar.js';
import { endOfDay, lastSecondOfDay, startOfDay } from '../../../src/platform/values/time-zone.js';

describe('a day of a time zone', () => {
  test.each([
    ['UTC', '2026-03-31', '2026-03-31T00:00:00.000Z', '2026-03-31T23:59:59.999Z'],
    ['Europe/Paris', '2026-03-31', '2026-03-30T22:00:00.000Z', '2026-03-31T21:59:59.999Z'],
    ['America/New_York', '2026-01-31', '2026-01-31T05:00:00.000Z', '2026-02-01T04:59:59.999Z'],
    ['Asia/Kathmandu', '2026-05-05', '2026-05-04T18:15:00.000Z', '2026-05-05T18:14:59.999Z'],
    ['Etc/GMT+5', '2026-01-01', '2026-01-01T05:00:00.000Z', '2026-01-02T04:59:59.999Z'],
    // Clocks change at two or three in the morning.
    ['Europe/Paris', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
    ['Europe/Paris', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    // They skip midnight, or come back to it from the day or from the day before.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', '2018-11-05T01:59:59.999Z'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T04:59:59.999Z'],
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000Z', '2018-02-18T02:59:59.999Z'],
    // Before time zones there was the sun.
    ['Europe/Paris', '1850-06-01', '1850-05-31T23:50:39.000Z', '1850-06-01T23:50:38.999Z'],
    // What has no wire form ends where the wire form ends.
    ['Europe/Paris', '0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-01T23:50:38.999Z'],
    ['America/New_York', '9999-12-31', '9999-12-31T05:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ])('in %s, %s begins at %s and ends at %s', (timeZone, date, start, end) => {
    expect([startOfDay(date, timeZone), endOfDay(date, timeZone)]).toEqual([start, end]);
    expect(lastSecondOfDay(date, timeZone)).toBe(end.replace('.999Z', '.000Z'));
  });

  const aDate = fc
    .date({ min: new Date('1970-01-02'), max: new Date('2037-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const aZone = fc.constantFrom('Europe/Paris', 'America/Sao_Paulo', 'Asia/Tehran', 'Australia/Lord_Howe', 'UTC');

  test('begins and ends within itself, and a millisecond outside is another day', () => {
    const day = (instant: string, zone: string, ms = 0): string => dayIn(zone, new Date(Date.parse(instant) + ms));
    fc.assert(
      fc.property(aDate, aZone, (date, zone) => {
        const [start, end] = [startOfDay(date, zone), endOfDay(date, zone)];
        expect([day(start, zone), day(end, zone)]).toEqual([date, date]);
        expect(day(start, zone, -1) < date && day(end, zone, 1) > date).toBe(true);
      }),
    );
  });
});

test('today turns where the company is, with the minute', () => {
  jest.useFakeTimers({ now: Date.parse('2026-11-28T22:59:59.999Z') });
  try {
    expect([todayIn('Europe/Paris'), todayIn('Asia/Tokyo')]).toEqual(['2026-11-28', '2026-11-29']);

    jest.setSystemTime(Date.parse('2026-11-28T23:00:00.000Z'));

    expect([todayIn('Europe/Paris'), todayIn('Asia/Tokyo')]).toEqual(['2026-11-29', '2026-11-29']);
  } finally {
    jest.useRealTimers();
  }
});
