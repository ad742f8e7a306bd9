/// The words on the screen and the way numbers are written.
package org.lodestar.studio.text;
