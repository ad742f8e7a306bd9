/// Exact denoisers of known distributions: what a perfect network would answer.
///
/// For `p(x0) = sum_k w_k N(m_k, s_k^2 I)` the posterior mean of `x0` given `x = alpha*x0 + sigma*eps` has a closed form, and for a single Gaussian so has the path of the probability-flow ODE. Samplers
/// and policies are proved against them before any picture is looked at.
package org.lodestar.engine.analytic;
