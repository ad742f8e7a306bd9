package org.lodestar.studio.create;

import java.util.List;
import org.lodestar.engine.run.PreviewView;

/// What the canvas shows of a step.
public enum Lens {
    GUIDED,
    PROMPT,
    NEGATIVE,
    DIFFERENCE,
    ALL_FOUR;

    /// One picture, or four.
    List<PreviewView> views() {
        return switch (this) {
            case GUIDED -> List.of(PreviewView.GUIDED);
            case PROMPT -> List.of(PreviewView.COND);
            case NEGATIVE -> List.of(PreviewView.REFERENCE);
            case DIFFERENCE -> List.of(PreviewView.DIFFERENCE);
            case ALL_FOUR -> List.of(PreviewView.GUIDED, PreviewView.COND, PreviewView.REFERENCE, PreviewView.DIFFERENCE);
        };
    }
}
