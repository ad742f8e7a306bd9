/// Numerical methods that take a sample from one noise level to the next, one method per file.
///
/// All of them solve the probability-flow ODE, or a reverse SDE with the same distributions, in the form that holds for every kind of schedule:
///
/// ```
/// dx = D*dalpha + n*dsigma          D the clean sample, n the noise direction, x = alpha*D + sigma*n
/// x' = alpha'*D + sigma'*n          first order: D and n kept over the step
/// ```
///
/// Three coordinates are in use, because methods of higher order are defined in one of them: `k = sigma/alpha` (variance-exploding notation), `t = sigma/(alpha + sigma)` (flow notation), and
/// the half log-SNR `l = ln(alpha/sigma)` with exponential integrators. A sampler always moves along the noise direction it is given, since a guidance policy may choose another one than the
/// clean sample implies.
///
/// A sampler is stateless. What it remembers of earlier steps is an immutable [org.lodestar.engine.sampler.History] that travels with the state and names the levels it was made at, so that a run can be
/// stopped, resumed, scrubbed and forked at any step.
package org.lodestar.engine.sampler;
