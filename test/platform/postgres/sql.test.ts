import { bind, joinSql, rawSql, sql, SqlForms, type Sql, type SqlValue } from '../../../src/platform/postgres/sql.js';

function insertion(values: readonly SqlValue[]): Sql {
  const listed = values.map((value) => sql`${value}`);
  return sql`insert into ${rawSql('t')} values (${joinSql(listed, ', ')}) returning ${rawSql('x')}`;
}

test('a form has the text and the values of the query that it stands for, and is put together once', () => {
  const forms = new SqlForms();
  let made = 0;
  const queried = ['a', null].map((second) => {
    const values = [1, second];
    return forms.query('two', values, () => {
      made += 1;
      return insertion(values);
    });
  });

  expect(queried.map(bind)).toEqual([bind(insertion([1, 'a'])), bind(insertion([1, null]))]);
  expect(bind(insertion([1, 'a'])).statement.text).toBe('insert into t values ($1, $2) returning x');
  expect(made).toBe(1);
});

test('a limited number of forms is kept', () => {
  const forms = new SqlForms();
  const made: string[] = [];
  const query = (form: string): unknown =>
    forms.query(form, [], () => {
      made.push(form);
      return rawSql(form);
    });
  for (let index = 0; index < 101; index += 1) query(`form ${index}`);
  query('form 0');

  expect(made.filter((form) => form === 'form 0')).toHaveLength(2);
});

test('a template is one statement for any values, and another one with a nested fragment', () => {
  const find = (id: SqlValue | Sql): Sql => sql`select 1 where id = ${id}`;

  expect(bind(find('a'))).toEqual({ statement: bind(find('b')).statement, values: ['a'] });
  expect(bind(find(rawSql('2'))).statement.text).toBe('select 1 where id = 2');
  expect(bind(find('c'))).toMatchObject({ statement: { text: 'select 1 where id = $1' }, values: ['c'] });
});
