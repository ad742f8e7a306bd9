/// Noise levels: which ones a network knows, and which of them a run visits.
///
/// A noisy state is `x = alpha*x0 + sigma*eps`. A [org.lodestar.engine.schedule.NoiseSchedule] gives `alpha` and `sigma` as functions of the model time, the number that the network is fed:
///
/// ```
/// variance preserving   alpha^2 + sigma^2 = 1    a table over the times 0..999
/// variance exploding    alpha = 1                time ln(sigma)/4
/// flow                  alpha + sigma = 1        time 1000*sigma
/// ```
///
/// A [org.lodestar.engine.schedule.GridSpacing] picks the levels of one run. Everything is computed in 64 bits with [java.lang.StrictMath], so that the same run visits the same levels on every
/// machine; only the tables that networks were trained with are rounded to 32 bits, as they were in training.
package org.lodestar.engine.schedule;
