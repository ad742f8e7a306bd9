/// Reusable controls: a picture on neutral grey, the step timeline, the telemetry plot, the A|B slider, the difference heat map, the value slider.
///
/// They know pixels, numbers and steps, nothing of runs, sessions or the engine. Everything drawn by hand repaints at most once per pulse, follows the window's pixel grid, and
/// takes its colours from style sheets (`controls.css` maps them to the theme's). What is arithmetic ([Viewport], [Resampling], [Difference], [ColourRamp], [StepScale]) is free
/// of the toolkit.
package org.lodestar.studio.control;
