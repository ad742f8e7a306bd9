/// The picture that a run starts from: which, how much of it may change, and the mask. Create and Compare share it.
package org.lodestar.studio.source;
