/** An object in the tree of a statement, as `json_serialize_sql` gives it. */
interface TreeNode {
  readonly node: Readonly<Record<string, unknown>>;
  /** Whether it is the function of a FROM. */
  readonly isTable: boolean;
}

export function nodesOf(tree: unknown): TreeNode[] {
  const found: TreeNode[] = [];
  const left: { node: unknown; isTable: boolean }[] = [{ node: tree, isTable: false }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next.node !== "object" || next.node === null) continue;
    const node = next.node as Record<string, unknown>;
    found.push({ node, isTable: next.isTable });
    for (const [key, child] of Object.entries(node)) left.push({ node: child, isTable: key === "function" && node["type"] === "TABLE_FUNCTION" });
  }
  return found;
}
