/// The steps of a run that is shown, with the strip and the plot that scrub them. Create and Compare share it.
package org.lodestar.studio.timeline;
