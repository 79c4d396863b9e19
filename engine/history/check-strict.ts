import { MangroveError } from "../../kernel-as/errors.ts";
import { kindNames } from "./kinds.ts";
import { nodesOf } from "./sql-tree.ts";

/** Functions that make a value of any length of a few bytes: DuckDB's bounds of time and memory do not hold inside of one. */
const LENGTHENING = new Set(["repeat", "lpad", "rpad", "printf", "format", "bar", "range", "generate_series", "list_resize", "array_resize", "replace", "regexp_replace", "translate", "hex", "to_hex", "bin", "to_binary", "base64", "to_base64", "url_encode"]);

/** What puts values behind others: each may double a text, and a few dozen make gigabytes. */
const JOINING = new Set(["||", "concat", "concat_ws", "list_concat", "array_concat", "list_cat", "array_cat"]);

/** Values that they may put together in one statement. */
const MOST_JOINED = 16;

/** Functions that tell where files lie, or how DuckDB is set. */
const TELLING = /^(current_setting|getvariable|pg_get_viewdef|pg_.*|duckdb_.*)$/;

/** Functions in FROM that make rows. */
const ROWS = new Set(["unnest", "range", "generate_series"]);

/** DuckDB's own tables are called so: a WITH of such a name could hide one. */
const OWN_TABLE = /^(duckdb|pragma|sqlite|pg)_/;

/** Another name could be a file's, where the WITH does not reach. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Throws `MGV_HISTORY` unless the statements, in DuckDB's own parser's words, read nothing but tables of the history, and use no function that tells of files or makes values of any length. */
export function checkStrict(statements: unknown): void {
  const nodes = nodesOf(statements);
  const named = nodes.flatMap(({ node }) => withNames(node));
  const hiding = named.find((name) => OWN_TABLE.test(name) || !PLAIN_NAME.test(name));
  if (hiding !== undefined) throw refused(`A WITH must not be called ${hiding}`);
  const joined = nodes.reduce((sum, { node }) => sum + (JOINING.has(text(node["function_name"])) ? lengthOf(node["children"]) : 0), 0);
  if (joined > MOST_JOINED) throw refused(`The functions ${[...JOINING].slice(0, 3).join(", ")} may put ${MOST_JOINED} values together here, not ${joined}`);
  const tables = new Set<string>([...kindNames, ...named]);
  for (const { node, isTable } of nodes) {
    const name = text(node["function_name"]);
    if (name !== "" && (isTable ? !ROWS.has(name) : LENGTHENING.has(name) || TELLING.test(name))) throw refused(`The function ${name} cannot be used here`);
    if (node["type"] !== "BASE_TABLE") continue;
    const table = text(node["table_name"]);
    if (node["catalog_name"] || node["schema_name"] || !tables.has(table)) throw refused(`There is no table ${table} here, only ${kindNames.join(", ")}`);
  }
}

function withNames({ cte_map: ctes }: Readonly<Record<string, unknown>>): string[] {
  const { map = [] } = (ctes ?? {}) as { map?: readonly { key: unknown }[] };
  return map.map(({ key }) => text(key));
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

function refused(reason: string): MangroveError {
  return new MangroveError("MGV_HISTORY", `${reason}. The command mangrove history takes more than is taken over HTTP.`);
}
