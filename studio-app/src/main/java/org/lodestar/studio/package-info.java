/// The studio.
package org.lodestar.studio;
