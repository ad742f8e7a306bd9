package org.lodestar.studio.create;

import java.util.List;
import org.lodestar.engine.run.PreviewView;

/// What the canvas shows of a step.
public enum Lens {
    GUIDED(PreviewView.GUIDED),
    PROMPT(PreviewView.COND),
    NEGATIVE(PreviewView.REFERENCE),
    DIFFERENCE(PreviewView.DIFFERENCE),
    ALL_FOUR(PreviewView.GUIDED, PreviewView.COND, PreviewView.REFERENCE, PreviewView.DIFFERENCE);

    private final List<PreviewView> views;

    Lens(PreviewView... views) {
        this.views = List.of(views);
    }

    /// One picture, or four.
    List<PreviewView> views() {
        return views;
    }
}
