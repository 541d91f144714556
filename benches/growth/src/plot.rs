//! Plots as SVG.

use std::path::Path;

use plotters::prelude::*;

use crate::curve::Plot;

/// Draws it with both axes logarithmic: what is linear rises by 45 degrees at the end, what is constant does not.
pub(crate) fn draw(plot: &Plot, file: &Path) {
    try_draw(plot, file).expect("the file can be written");
}

fn try_draw(plot: &Plot, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let points = || plot.curves.iter().flat_map(|curve| &curve.points);
    let (left, right) = bounds(points().map(|(quantity, _)| *quantity));
    let (low, high) = bounds(points().map(|(_, time)| *time));
    let root = SVGBackend::new(file, (760, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(plot.title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d((left..right).log_scale(), (low * 0.8..high * 1.5).log_scale())?;
    chart.configure_mesh().x_desc(plot.quantity).y_desc("ns").light_line_style(WHITE).draw()?;
    for (index, curve) in plot.curves.iter().enumerate() {
        let color = Palette99::pick(index).stroke_width(2);
        chart
            .draw_series(LineSeries::new(curve.points.iter().copied(), color).point_size(3))?
            .label(&curve.name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 16, y)], color));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(root.present()?)
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, 0.0), |(least, most), value| (value.min(least), value.max(most)))
}
