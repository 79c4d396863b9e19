import ts from "typescript";

/** A place in a source where something else could stand. */
export interface Mutant {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What it does, for people: `< becomes <=`. */
  readonly what: string;
}

const { SyntaxKind } = ts;

/** The classical operators: boundaries, negations, arithmetic, logic (Jia and Harman, "An Analysis and Survey of the Development of Mutation Testing", IEEE TSE 37, 2011). */
const others: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.LessThanToken, ["<=", ">="]],
  [SyntaxKind.LessThanEqualsToken, ["<", ">"]],
  [SyntaxKind.GreaterThanToken, [">=", "<="]],
  [SyntaxKind.GreaterThanEqualsToken, [">", "<"]],
  [SyntaxKind.EqualsEqualsToken, ["!="]],
  [SyntaxKind.ExclamationEqualsToken, ["=="]],
  [SyntaxKind.EqualsEqualsEqualsToken, ["!=="]],
  [SyntaxKind.ExclamationEqualsEqualsToken, ["==="]],
  [SyntaxKind.PlusToken, ["-"]],
  [SyntaxKind.MinusToken, ["+"]],
  [SyntaxKind.AsteriskToken, ["/"]],
  [SyntaxKind.SlashToken, ["*"]],
  [SyntaxKind.AmpersandAmpersandToken, ["||"]],
  [SyntaxKind.BarBarToken, ["&&"]],
  [SyntaxKind.PlusEqualsToken, ["-="]],
  [SyntaxKind.MinusEqualsToken, ["+="]],
]);

/** All mutants of a source in TypeScript or AssemblyScript, in its order. Texts of errors, types and imports are left alone. */
export function mutantsOf(text: string): Mutant[] {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, replacement: string, what: string) => {
    const start = node.getStart(source);
    found.push({ line: source.getLineAndCharacterOfPosition(start).line + 1, start, end: node.end, replacement, what });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isDecorator(node) || ts.isThrowStatement(node) || (ts.isExpressionStatement(node) && isAssertion(node.expression))) return;
    if (ts.isBinaryExpression(node) && !isOfTexts(node)) {
      const operator = node.operatorToken.getText(source);
      for (const other of others.get(node.operatorToken.kind) ?? []) add(node.operatorToken, other, `${operator} becomes ${other}`);
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) add(node, node.operand.getText(source), "! is left out");
    if (node.kind === SyntaxKind.TrueKeyword) add(node, "false", "true becomes false");
    if (node.kind === SyntaxKind.FalseKeyword) add(node, "true", "false becomes true");
    if (ts.isPropertyAccessExpression(node) && node.expression.getText(source) === "Math" && (node.name.text === "max" || node.name.text === "min")) {
      const other = node.name.text === "max" ? "min" : "max";
      add(node.name, other, `${node.name.text} becomes ${other}`);
    }
    if (ts.isExpressionStatement(node) && !ts.isCallExpression(node.parent) && (ts.isCallExpression(node.expression) || isAssignment(node.expression))) add(node, ";", `${shortened(node.getText(source))} is left out`);
    if ((ts.isContinueStatement(node) || ts.isBreakStatement(node)) && ts.isBlock(node.parent)) add(node, ";", `${node.getText(source)} is left out`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.sort((a, b) => a.start - b.start);
}

export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** What only tells a programmer of a mistake. */
function isAssertion(node: ts.Node): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "assert";
}

/** `"a" + b`: a difference of texts is a compiler's error, no mutant. */
function isOfTexts({ left, right }: ts.BinaryExpression): boolean {
  return [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
}

function isAssignment(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.EqualsToken;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
