/// Experiments that measure what the guidance policies do on a model at hand, and the pages written from them and from the catalogue.
package org.lodestar.engine.evidence;
