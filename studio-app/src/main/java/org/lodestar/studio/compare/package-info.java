/// The Compare screen: two to four guidance policies run in lock step from the same noise, with one zoom, one timeline and the numbers that explain the difference.
package org.lodestar.studio.compare;
