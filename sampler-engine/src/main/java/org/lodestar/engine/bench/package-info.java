/// Measurements of single parts with JMH.
package org.lodestar.engine.bench;
