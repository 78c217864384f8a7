/* hypothesis_private - how likely one measured value is under one hypothesis.
 *
 * Number: the likelihood of the measurement is taken for a bell over the value
 * (split-normal, in the logarithm where the interval lies above 0), whose
 * limits are the interval's; the hypothesis' distribution is averaged over it.
 * A lower bound: the chance of that much or more. Word: its cell's. */
#ifndef ANALYSIS_HYPOTHESIS_PRIVATE_H
#define ANALYSIS_HYPOTHESIS_PRIVATE_H

#include "analysis/hypothesis.h"

/* One number, averaged over its interval; and one at each end of it. */
enum hypothesis_scene {
	HYPOTHESIS_SCENE_WHOLE,
	HYPOTHESIS_SCENE_LOW,
	HYPOTHESIS_SCENE_HIGH,
	HYPOTHESIS_SCENES
};

/* Is anything determined that a likelihood can be given for? */
bool hypothesis_evidence_holds(const struct hypothesis_evidence *e,
			       enum hypothesis_quantity q);

/* Not negative, finite; its unit is that of the quantity, inverse, so that only
 * ratios between hypotheses mean something. */
double hypothesis_likelihood_of(const struct hypothesis_likelihood *l,
				enum hypothesis_quantity q,
				const struct hypothesis_evidence *e,
				enum hypothesis_scene scene);

/* The likelihoods of an item for all hypotheses, none below the floor; all 1 if
 * there is none above 0. */
void hypothesis_likelihoods(double out[HYPOTHESIS_MAX],
			    const struct hypothesis_file *file,
			    const struct hypothesis_item *item,
			    const struct hypothesis_evidence *e,
			    enum hypothesis_scene scene);

/* The portion of a hypothesis' values that lie as far out as this one, on
 * either side; of a word: its probability. */
double hypothesis_outer_portion(const struct hypothesis_likelihood *l,
				enum hypothesis_quantity q,
				const struct hypothesis_evidence *e);

/* Which hypothesis leads, what would change that, words and confidence: of sums
 * that stand. */
void hypothesis_judge(struct hypotheses *h);

#endif /* ANALYSIS_HYPOTHESIS_PRIVATE_H */
