/// Numbers that were measured on a model and hold for it alone: kept, found again, and filled into policies before a run, so that recipes carry the numbers themselves.
package org.lodestar.engine.calibration;
