package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	listedRows   = 10_000
	listedPages  = 50
	shapeConfig  = "provider \"fireworks\" {}\n\ndata \"fireworks_training_shape\" \"bench\" {\n  shape_id = \"accounts/fireworks/trainingShapes/qwen3-8b-128k\"\n}\n"
	listConfig   = "provider \"fireworks\" {}\n\ndata \"fireworks_checkpoints\" \"bench\" {\n  job_id = \"big-run\"\n}\n"
	floorConfig  = "provider \"floor\" {}\n\ndata \"floor_rows\" \"bench\" {\n  rows = %d\n}\n"
	bytesPerMega = 1e6
	// plansPerCopy is how often the shortest plan is made with one copy of the providers.
	plansPerCopy = 4

	processorTime = "– processor time, Terraform's included"
)

// pair is the same plan with the provider and with the floor.
type pair struct {
	ours, floor *workspace
	mock        *mock
}

// pairOf builds the two configurations on a mock of their own. Close the mock when they are done.
func (b *bench) pairOf(ctx context.Context, name, plugins, config string, rows int) (*pair, error) {
	mock, err := startMock(ctx, mockapi.Options{BigJobCheckpoints: listedRows})
	if err != nil {
		return nil, err
	}

	p := &pair{mock: mock}
	if p.ours, err = b.workspace(name, ours, plugins, mock.url, config); err == nil {
		p.floor, err = b.workspace(name+"-floor", floor, plugins, mock.url, fmt.Sprintf(floorConfig, rows))
	}

	return p, err
}

// costs are those of the plans of one side, run by run.
type costs struct{ wall, processor samples }

func (c *costs) add(one cost) {
	c.wall, c.processor = append(c.wall, one.wall), append(c.processor, one.processor)
}

func (c *costs) append(more costs) {
	c.wall, c.processor = append(c.wall, more.wall...), append(c.processor, more.processor...)
}

// plans makes the two plans in turn, run by run, after one of each that does not count.
func (p *pair) plans(ctx context.Context, runs int, after func(side string) error) (provider, base costs, err error) {
	for i := range runs + 1 {
		for _, side := range []string{floor, ours} {
			w, into := p.ours, &provider
			if side == floor {
				w, into = p.floor, &base
			}

			took, err := w.plan(ctx, false)
			if err == nil {
				err = after(side)
			}

			if err != nil {
				return costs{}, costs{}, err
			}

			if i > 0 {
				into.add(took)
			}
		}
	}

	return provider, base, nil
}

func nothing(string) error { return nil }

// measureStart uses new copies of both providers in each run: how the kernel happens to hold a file in memory makes up to a tenth
// of what it costs to start it, and stays as it is for as long as the file is there.
func (b *bench) measureStart(ctx context.Context) ([]row, error) {
	var provider, base costs

	for i := range b.runs {
		name := fmt.Sprintf("start-%d", i)

		plugins := filepath.Join(b.dir, name+"-providers")
		if err := os.CopyFS(plugins, os.DirFS(filepath.Dir(b.binary(ours)))); err != nil {
			return nil, err
		}

		p, err := b.pairOf(ctx, name, plugins, shapeConfig, 1)
		if err != nil {
			return nil, err
		}

		mine, floors, err := p.plans(ctx, plansPerCopy, nothing)
		p.mock.close()

		if err != nil {
			return nil, err
		}

		provider.append(mine)
		base.append(floors)
	}

	ratios := provider.wall.with(base.wall, ratio)

	return []row{
		row{
			figure:   "plan with one training shape",
			ours:     seconds.show(provider.wall),
			floor:    seconds.show(base.wall),
			compared: times.show(ratios),
		}.judged(
			times,
			ratios,
			1.15,
		),
		{
			figure:   processorTime,
			ours:     seconds.show(provider.processor),
			floor:    seconds.show(base.processor),
			compared: times.show(provider.processor.with(base.processor, ratio)),
		},
	}, nil
}

func (b *bench) measureListing(ctx context.Context) ([]row, error) {
	p, err := b.pairOf(ctx, "list", filepath.Dir(b.binary(ours)), listConfig, listedRows)
	if err != nil {
		return nil, err
	}
	defer p.mock.close()

	provider, base, err := p.plans(ctx, b.runs, nothing)
	if err != nil {
		return nil, err
	}

	differences := provider.wall.with(base.wall, difference)

	return []row{
		row{
			figure:   "plan that lists 10,000 checkpoints",
			ours:     seconds.show(provider.wall),
			floor:    seconds.show(base.wall),
			compared: more.show(differences),
		}.judged(
			more,
			differences,
			0.35,
		),
		{
			figure:   processorTime,
			ours:     seconds.show(provider.processor),
			floor:    seconds.show(base.processor),
			compared: more.show(provider.processor.with(base.processor, difference)),
		},
	}, nil
}

func (b *bench) measureMemory(ctx context.Context) ([]row, error) {
	const figure = "– peak memory of the provider"

	wrapped, peaks, err := b.measuredProviders()
	if err != nil {
		return []row{{figure: figure + ": not measured, " + err.Error()}}, nil
	}

	p, err := b.pairOf(ctx, "memory", wrapped, listConfig, listedRows)
	if err != nil {
		return nil, err
	}
	defer p.mock.close()

	found := map[string]samples{}

	p.ours.env = append(p.ours.env, peaks.env()...)
	p.floor.env = append(p.floor.env, peaks.env()...)
	// Memory needs no plan to warm up: the one that does not count for the time counts here.
	_, _, err = p.plans(ctx, b.runs-1, func(side string) error {
		peak, err := peaks.highest()
		found[side] = append(found[side], peak/bytesPerMega)

		return err
	})
	if err != nil {
		return nil, err
	}

	differences := found[ours].with(found[floor], difference)

	return []row{
		row{
			figure:   figure,
			ours:     megas.show(found[ours]),
			floor:    megas.show(found[floor]),
			compared: moreMB.show(differences),
		}.judged(
			moreMB,
			differences,
			40,
		),
	}, nil
}

func (b *bench) measureClient(ctx context.Context) ([]row, error) {
	const name = "ListCheckpoints/latency=5ms"

	found, err := b.benchmarked(ctx)
	if err != nil {
		return nil, err
	}

	wall, err := found.of(name, "ns/op", float64(time.Second))
	if err != nil {
		return nil, err
	}

	allocations, err := found.of(name, "allocs/op", listedRows)
	if err != nil {
		return nil, err
	}

	memory, err := found.of(name, "B/op", listedRows)
	if err != nil {
		return nil, err
	}

	server := (listedPages * latency).Seconds()
	ratios := wall.with(wall, func(value, _ float64) float64 { return value / server })

	return []row{
		row{
			figure:   "client alone lists 10,000 checkpoints",
			ours:     seconds.show(wall),
			floor:    fmt.Sprintf("%.3g s (50 × 5 ms)", server),
			compared: times.show(ratios),
		}.judged(
			times,
			ratios,
			1.35,
		),
		{figure: "– allocations per row", ours: decimal.show(allocations)},
		{figure: "– bytes allocated per row", ours: bytes.show(memory)},
	}, nil
}

func (b *bench) measureSize(context.Context) ([]row, error) {
	size := map[string]samples{}

	for _, name := range []string{ours, floor} {
		file, err := os.Stat(b.binary(name))
		if err != nil {
			return nil, err
		}

		size[name] = samples{float64(file.Size()) / bytesPerMega}
	}

	return []row{
		row{
			figure:   "stripped binary",
			ours:     megas.show(size[ours]),
			floor:    megas.show(size[floor]),
			compared: moreMB.show(size[ours].with(size[floor], difference)),
		}.judged(
			megas,
			size[ours],
			30,
		),
	}, nil
}
