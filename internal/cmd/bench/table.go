package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// samples are what one figure came to, run by run.
type samples []float64

func (s samples) median() float64 {
	sorted := slices.Sorted(slices.Values(s))

	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}

	return (sorted[middle-1] + sorted[middle]) / 2
}

// with combines the figures of each run, so that a load that comes and goes hits both sides.
func (s samples) with(other samples, combine func(a, b float64) float64) samples {
	combined := make(samples, min(len(s), len(other)))
	for i := range combined {
		combined[i] = combine(s[i], other[i])
	}

	return combined
}

func difference(a, b float64) float64 { return a - b }
func ratio(a, b float64) float64      { return a / b }

// unit writes a figure.
type unit string

const (
	seconds unit = "%.3g s"
	millis  unit = "%.3g ms"
	megas   unit = "%.3g MB"
	bytes   unit = "%.0f B"
	count   unit = "%.0f"
	decimal unit = "%.1f"
	times   unit = "× %.2f"
	more    unit = "%+.3g s"
	moreMB  unit = "%+.3g MB"
)

// show writes the median and the spread.
func (u unit) show(s samples) string {
	if len(s) == 0 {
		return none
	}

	text := fmt.Sprintf(string(u), s.median())
	bare, _, _ := strings.Cut(strings.TrimPrefix(string(u), "× "), " ")

	lowest, highest := fmt.Sprintf(bare, slices.Min(s)), fmt.Sprintf(bare, slices.Max(s))
	if lowest == highest {
		return text
	}

	return text + " (" + lowest + " to " + highest + ")"
}

const none = "–"

// row is a line of the table.
type row struct {
	figure, ours, floor, compared, limit, verdict string
}

// judged completes a row with its limit and the verdict on the value that the limit is for.
func (r row) judged(u unit, value samples, limit float64) row {
	r.limit = "≤ " + strings.TrimPrefix(fmt.Sprintf(string(u), limit), "+")

	r.verdict = "ok"
	if value.median() > limit {
		r.verdict = "MISSED"
	}

	return r
}

func heading() row {
	return row{"figure", "provider", "floor", "provider to floor", "limit", "verdict"}
}

func (r row) cells() []string {
	cells := []string{r.figure, r.ours, r.floor, r.compared, r.limit, r.verdict}
	for i := range cells {
		cells[i] = cmp.Or(cells[i], none)
	}

	return cells
}

func format(rows []row, markdown bool) string {
	var text strings.Builder

	if markdown {
		for i, r := range append([]row{heading()}, rows...) {
			text.WriteString("| " + strings.Join(r.cells(), " | ") + " |\n")

			if i == 0 {
				text.WriteString("| --- | --- | --- | --- | --- | --- |\n")
			}
		}

		return text.String()
	}

	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range append([]row{heading()}, rows...) {
		_, _ = fmt.Fprintln(columns, strings.Join(r.cells(), "\t"))
	}

	_ = columns.Flush()

	return text.String()
}
