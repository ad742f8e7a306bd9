/// The border between threads: the only place that knows the window's thread, its clock, and the thread that makes preview pictures.
package org.lodestar.studio.fx;
