/// What a picture is made from, its guidance aside, and the fields for it. Create and Compare share it.
package org.lodestar.studio.form;
