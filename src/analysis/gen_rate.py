#!/usr/bin/env python3
"""Prints the reference table of test_rate.c: chi-square quantiles.

Shares no code and no method with rate.c: the lower incomplete gamma function
is summed term by term in 50 digits, P(a, x) = x^a e^-x / Gamma(a + 1) *
sum x^n / ((a + 1) ... (a + n)), all terms positive, and solved by Newton.
Needs mpmath (Debian: python3-mpmath).
"""
from mpmath import exp, log, loggamma, mp, mpf, nstr

mp.dps = 50
DEGREES = ["0.1", "0.5", "1", "2", "3.7", "10", "100", "1000", "9999",
           "19999", "20001", "1e5", "3e5", "1e6", "1e7", "2e8"]
TAILS = ["0.005", "0.025", "0.5", "0.975"]


def lower(a, x):
    """log P(a, x) and its derivative in log x."""
    term = total = mpf(1)
    n = 0
    while term > total * mpf(10) ** -45:
        n += 1
        term *= x / (a + n)
        total += term
    front = a * log(x) - x - loggamma(a + 1)
    return front + log(total), a / total


def quantile(p, k):
    a = mpf(k) / 2
    want = log(mpf(float(p)))
    # Below the root; log P is concave in log x, so Newton only climbs.
    t = (want + loggamma(a + 1)) / a
    if a > 50:
        z = {"0.005": -2.6, "0.025": -2.0, "0.5": 0, "0.975": 1.9}[p]
        t = log(a * (1 - 1 / (9 * a) + z / (3 * a ** 0.5)) ** 3)
    for _ in range(200):
        value, slope = lower(a, exp(t))
        step = (want - value) / slope
        t += step
        if abs(step) < mpf(10) ** -25:
            return 2 * exp(t)
    raise ValueError((p, k))


for degrees in DEGREES:
    for tail in TAILS:
        print("\t{ %s, %s, %s }," % (tail, degrees,
                                     nstr(quantile(tail, degrees), 17)),
              flush=True)
