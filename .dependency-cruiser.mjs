/** Imports point one way: kernel-as <- engine <- pipelines, trainer, api <- commands <- mangrove.ts, engine/main.ts. */
const layer = (name, from, to) => ({
  name,
  severity: "error",
  from,
  to: { path: to },
});

export default {
  forbidden: [
    { name: "no-value-import-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "no-unresolved-imports", severity: "error", from: {}, to: { couldNotResolve: true } },
    layer("kernel-as-stands-alone", { path: "^kernel-as/" }, "^(engine|pipelines|trainer|api|commands|bench)/"),
    layer("engine-knows-no-user-of-it", { path: "^engine/", pathNot: "^engine/main\\.ts$" }, "^(pipelines|trainer|api|commands|bench)/"),
    layer("pipelines-use-only-the-engine", { path: "^pipelines/" }, "^(trainer|api|commands|bench)/"),
    layer("trainer-uses-only-the-engine", { path: "^trainer/" }, "^(pipelines|api|commands|bench)/"),
    layer("api-uses-only-the-engine", { path: "^api/" }, "^(pipelines|trainer|commands|bench)/"),
    layer("examples-use-what-users-have", { path: "^examples/" }, "^(trainer|api|commands|bench|kernel-as|engine/(?!index\\.ts))"),
    layer("nothing-needs-an-example", { pathNot: "^examples/" }, "^examples/"),
    layer("commands-are-the-top", { path: "^commands/" }, "^bench/"),
    {
      name: "clients-behind-their-port",
      severity: "error",
      from: { pathNot: "^(engine/broker/|bench/)" },
      to: { path: "node_modules/(@platformatic/kafka|kafkajs)/" },
    },
    {
      name: "duckdb-behind-the-history-and-the-owner",
      severity: "error",
      from: { pathNot: "^(engine/history/|engine/log/owner\\.ts|bench/)" },
      to: { path: "node_modules/@duckdb/" },
    },
    {
      name: "pointers-stay-in-the-host",
      severity: "error",
      from: { pathNot: "^kernel-as/host/" },
      to: { path: "node_modules/@assemblyscript/loader" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^kernel-as/assembly/(?!math)|^examples/browser/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"], extensions: [".ts", ".mjs", ".js"] },
  },
};
