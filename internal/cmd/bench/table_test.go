package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	t.Parallel()

	for want, s := range map[float64]samples{2: {3, 1, 2}, 2.5: {4, 1, 2, 3}, 7: {7}} {
		if got := s.median(); got != want {
			t.Errorf("median of %v is %v, want %v", s, got, want)
		}
	}
}

func TestFiguresAreComparedRunByRun(t *testing.T) {
	t.Parallel()
	// The second run was made under load: each side alone says nothing.
	ratios := samples{1.1, 4.4, 1.1}.with(samples{1, 4, 1}, ratio)
	for _, r := range ratios {
		if r < 1.09 || r > 1.11 {
			t.Errorf("ratios %v, want 1.1 in every run", ratios)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		unit    unit
		value   samples
		limit   float64
		written string
		verdict string
	}{
		{more, samples{-0.2, -0.1, 9}, 0.35, "≤ 0.35 s", "ok"},
		{times, samples{1.151}, 1.15, "≤ × 1.15", "MISSED"},
		{count, samples{201}, 201, "≤ 201", "ok"},
		{megas, samples{30.01}, 30, "≤ 30 MB", "MISSED"},
	} {
		r := row{}.judged(test.unit, test.value, test.limit)
		if r.limit != test.written || r.verdict != test.verdict {
			t.Errorf("%v with the limit %v: %q, %q, want %q, %q", test.value, test.limit, r.limit, r.verdict, test.written, test.verdict)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()

	rows := []row{
		{figure: "plan", ours: seconds.show(samples{0.25, 0.2, 0.3}), compared: times.show(samples{1.05}), limit: "≤ × 1.15", verdict: "ok"},
	}

	want := "| figure | provider | floor | provider to floor | limit | verdict |\n| --- | --- | --- | --- | --- | --- |\n" +
		"| plan | 0.25 s (0.2 to 0.3) | – | × 1.05 | ≤ × 1.15 | ok |\n"
	if got := format(rows, true); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	if lines := strings.Split(
		format(rows, false),
		"\n",
	); len(lines) != 3 ||
		strings.Index(lines[0], "limit") < strings.Index(lines[0], "floor") {
		t.Errorf("got %q", lines)
	}
}

func TestParseBenchmarks(t *testing.T) {
	t.Parallel()

	found, err := parseBenchmarks(`goos: linux
cpu: AMD EPYC
BenchmarkListCheckpoints/latency=5ms-2         	       4	 324409400 ns/op	18353928 B/op	   86151 allocs/op
BenchmarkListCheckpoints/latency=5ms-2         	       4	 300000000 ns/op	18353928 B/op	   86151 allocs/op
BenchmarkPromotionOvershoot/1s-16         	    3668	    465240 ns/op	       496.0 late-ms-at-worst	       347.7 late-ms/op
PASS
`)
	if err != nil {
		t.Fatal(err)
	}

	wall, err := found.of("ListCheckpoints/latency=5ms", "ns/op", 1e6)
	if err != nil || len(wall) != 2 || wall[1] != 300 || found.cpu != "AMD EPYC" {
		t.Errorf("got %v, %v, %q", wall, err, found.cpu)
	}

	if late, err := found.of("PromotionOvershoot/1s", "late-ms/op", 1); err != nil || late.median() != 347.7 {
		t.Errorf("got %v, %v", late, err)
	}

	if _, err := found.of("Gone", "ns/op", 1); err == nil {
		t.Error("a benchmark that is not there is no error")
	}
}

func TestCopyState(t *testing.T) {
	t.Parallel()

	copied, err := copyState(
		[]byte(`{"version":4,"resources":[{"type":"m","instances":[{"index_key":0,"attributes":{"id":"models/bench-0"}}]}]}`),
		3,
	)
	if err != nil {
		t.Fatal(err)
	}

	var state struct {
		Resources []struct {
			Instances []struct {
				Index      int `json:"index_key"`
				Attributes map[string]string
			}
		}
	}
	if err := json.Unmarshal(copied, &state); err != nil {
		t.Fatal(err)
	}

	instances := state.Resources[0].Instances
	if len(instances) != 3 || instances[2].Index != 2 || instances[2].Attributes["id"] != "models/bench-2" {
		t.Errorf("got %s", copied)
	}

	if _, err := copyState([]byte(`{"resources":[]}`), 3); err == nil {
		t.Error("a state without a resource is no error")
	}
}
