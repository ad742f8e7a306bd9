/// What the screens share: the engine seen from the window's thread, the runs that are followed, the history with its branches, the settings.
package org.lodestar.studio.session;
