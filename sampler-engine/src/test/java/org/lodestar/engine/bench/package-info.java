/// Measurements of single parts with JMH: run `PolicyBenchmark` for the arithmetic of guidance.
package org.lodestar.engine.bench;
