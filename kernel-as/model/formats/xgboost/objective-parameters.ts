import type { Objective } from "../../forest.ts";

const perLabel = { reg_loss_param: { scale_pos_weight: "1" } };

/** What XGBoost wants to find beside the names of objectives that have parameters, at its own defaults (src/objective/). */
const defaults: Readonly<Record<string, Objective["parameters"]>> = {
  "binary:logistic": perLabel,
  "binary:logitraw": perLabel,
  "reg:logistic": perLabel,
  "reg:squarederror": perLabel,
  "reg:squaredlogerror": perLabel,
  "reg:linear": perLabel,
  "reg:gamma": perLabel,
  "reg:pseudohubererror": { pseudo_huber_param: { huber_slope: "1" } },
  "reg:tweedie": { tweedie_regression_param: { tweedie_variance_power: "1.5" } },
  "count:poisson": { poisson_regression_param: { max_delta_step: "0.699999988" } },
  "survival:aft": { aft_loss_param: { aft_loss_distribution: "normal", aft_loss_distribution_scale: "1" } },
  "rank:pairwise": { lambda_rank_param: { fix_list_weight: "0", num_pairsample: "1" } },
  "rank:ndcg": { lambda_rank_param: { fix_list_weight: "0", num_pairsample: "1" } },
  "rank:map": { lambda_rank_param: { fix_list_weight: "0", num_pairsample: "1" } },
};

/** An objective of which only the name is known. */
export function objectiveNamed(name: string, outputs: number): Objective {
  const parameters = name.startsWith("multi:") ? { softmax_multiclass_param: { num_class: String(outputs) } } : defaults[name];
  return { name, parameters: parameters ?? {} };
}
