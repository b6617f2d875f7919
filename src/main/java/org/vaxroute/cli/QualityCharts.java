package org.vaxroute.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of the quality page as SVG to stand in it. Letters take the page's own color, so that they can be read on light and dark. */
final class QualityCharts {
    private static final Color LINE = new Color(0x2f, 0x7e, 0xd8);
    private static final Color TARGET = new Color(0xc7, 0x7c, 0x11);
    private static final Color GRID = new Color(0x88, 0x88, 0x88, 0x55);
    private static final Color CLEAR = new Color(0, 0, 0, 0);
    private static final int WIDTH = 760;
    private static final int HEIGHT = 300;

    private QualityCharts() {}

    /** Percent of acceptance over time, against the rate that registries ask for. */
    static String curve(List<String> names, List<Double> rates, double target) {
        CategoryChart chart = chart("percent accepted");
        CategoryStyler style = chart.getStyler();
        style.setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
        style.setYAxisMax(100.0);
        // Both lines at the same place of each week, instead of side by side as bars would stand.
        style.setOverlapped(true);
        double lowest = rates.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        style.setYAxisMin(Math.max(0, Math.floor(Math.min(lowest, target) / 10) * 10 - 10));
        CategorySeries accepted = chart.addSeries("accepted", names, rates);
        accepted.setLineColor(LINE);
        accepted.setMarkerColor(LINE);
        accepted.setMarker(SeriesMarkers.CIRCLE);
        accepted.setLineStyle(new BasicStroke(3f));
        CategorySeries asked = chart.addSeries("asked for", names, Collections.nCopies(names.size(), target));
        asked.setLineColor(TARGET);
        asked.setMarker(SeriesMarkers.NONE);
        asked.setLineStyle(
                new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1f, new float[] {6f, 4f}, 0f));
        return svg(chart);
    }

    static String bars(String what, List<String> names, List<Number> values) {
        CategoryChart chart = chart(what);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setAvailableSpaceFill(0.7);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisDecimalPattern("#,###");
        chart.addSeries(what, names, values).setFillColor(LINE);
        return svg(chart);
    }

    private static CategoryChart chart(String what) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .yAxisTitle(what)
                .build();
        CategoryStyler style = chart.getStyler();
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        style.setBaseFont(font);
        style.setAxisTickLabelsFont(font);
        style.setAxisTitleFont(font);
        style.setLegendFont(font);
        style.setChartBackgroundColor(CLEAR);
        style.setPlotBackgroundColor(CLEAR);
        style.setPlotBorderVisible(false);
        style.setLegendBackgroundColor(CLEAR);
        style.setLegendBorderColor(CLEAR);
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridVerticalLinesVisible(false);
        style.setAxisTickMarksColor(GRID);
        style.setXAxisMaxLabelCount(12);
        style.setChartTitleVisible(false);
        return chart;
    }

    private static String svg(CategoryChart chart) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new CommandFailed("A plot cannot be drawn: " + e.getMessage(), e);
        }
        String text = out.toString(StandardCharsets.UTF_8);
        return text.substring(text.indexOf("<svg"))
                .replaceFirst("<svg ", "<svg aria-hidden=\"true\" ")
                // Letters are drawn black, as outlines.
                .replace("fill:rgb(0,0,0)", "fill:currentColor");
    }
}
