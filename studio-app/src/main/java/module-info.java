/// The window and the command line.
@org.jspecify.annotations.NullMarked
module org.lodestar.studio {
    requires static org.jspecify;
    requires org.lodestar.engine;
    requires info.picocli;
    requires javafx.controls;
    requires atlantafx.base;
    requires org.controlsfx.controls;
    requires org.kordamp.ikonli.javafx;
    requires org.kordamp.ikonli.feather;
    requires tools.jackson.databind;

    opens org.lodestar.studio to
            info.picocli;
}
