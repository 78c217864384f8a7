#include <math.h>
#include <string.h>

#include "analysis/assessment_private.h"
#include "test/tap.h"

/* What is measured of one miner, made up by hand. */
struct sample {
	struct assessment assessment;
	struct subject subject[3];
	struct finding finding;
	const struct finding *member;
};

static struct estimate estimate(double mid)
{
	return (struct estimate){ mid / 2, mid, mid * 2, 0.95, "fay-feuer" };
}

static void make(struct sample *s)
{
	*s = (struct sample){ 0 };
	s->finding.session.algorithm = FACT_SHA256D;
	s->member = &s->finding;
	s->assessment.options.confidence = 0.95;
	s->assessment.subject = s->subject;
	s->assessment.num_subjects = 3;
	s->subject[0] = (struct subject){
		.kind = SUBJECT_ALL,
		.member = &s->member,
		.num_members = 1,
		.grade = "proved",
		.work.rate = estimate(1e12),
		.money = { .bitcoin = true,
			   .per_day = estimate(1e-3),
			   .network_portion = estimate(1e-6) },
	};
	s->subject[1].kind = SUBJECT_MINER;
	s->subject[2].kind = SUBJECT_WORKER;
	for (int h = 0; h < 24; h++)
		s->subject[0].timing.duty.hour[h] = 0.95;
}

static const struct hypothesis_evidence *evidence(
	struct sample *s, enum hypothesis_quantity quantity)
{
	assessment_evidence(&s->assessment);
	return &s->assessment.evidence[quantity];
}

static void test_work(void)
{
	struct sample s;

	make(&s);
	OK(evidence(&s, HYPOTHESIS_HASHRATE)->value.mid == 1e12);
	OK(evidence(&s, HYPOTHESIS_INCOME)->value.mid == 1e-3);
	OK(evidence(&s, HYPOTHESIS_PORTION)->value.mid == 1e-6);
	OK(!strcmp(evidence(&s, HYPOTHESIS_INCOME)->grade, "proved"));
	/* Hashes of another algorithm are no like amount of work. */
	s.finding.session.algorithm = FACT_SCRYPT;
	OK(!evidence(&s, HYPOTHESIS_HASHRATE)->value.method);
}

/* A test network's coins are no income, nor is it a part of anything. */
static void test_test_network(void)
{
	struct sample s;

	make(&s);
	s.subject[0].money.bitcoin = false;
	OK(!evidence(&s, HYPOTHESIS_INCOME)->value.method);
	OK(!evidence(&s, HYPOTHESIS_PORTION)->value.method);
	OK(evidence(&s, HYPOTHESIS_HASHRATE)->value.mid == 1e12);
}

static void test_counts(void)
{
	struct sample s;

	make(&s);
	OK(evidence(&s, HYPOTHESIS_CLIENTS)->value.high == 1);
	OK(evidence(&s, HYPOTHESIS_WORKERS)->value.high == 1);
	s.assessment.subjects_dropped = 1;
	OK(evidence(&s, HYPOTHESIS_WORKERS)->value.low == 1);
	OK(isinf(evidence(&s, HYPOTHESIS_WORKERS)->value.high));
}

static void test_hours(void)
{
	struct sample s;
	double *hour = s.subject[0].timing.duty.hour;

	make(&s);
	OK(!strcmp(evidence(&s, HYPOTHESIS_HOURS)->word, "constant"));
	hour[3] = 0.5;
	OK(!evidence(&s, HYPOTHESIS_HOURS)->word);
	/* By day, on one day of seven. */
	for (int h = 0; h < 24; h++)
		hour[h] = h > 7 && h < 18 ? 0.14 : 0;
	OK(!evidence(&s, HYPOTHESIS_HOURS)->word);
	hour[0] = NAN;
	OK(!evidence(&s, HYPOTHESIS_HOURS)->word);
}

int main(void)
{
	test_work();
	test_test_network();
	test_counts();
	test_hours();
	return tap_end();
}
