/// The Models screen: what was found, what is loaded, what is wrong and how to mend it.
package org.lodestar.studio.models;
