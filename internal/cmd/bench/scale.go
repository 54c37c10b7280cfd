package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	// stateFile is where the CLI keeps the state of a workspace.
	stateFile = "terraform.tfstate"
	// firstModel is the model that all others are copies of.
	firstModel = "bench-0"
	// judgedModels is the number of models that the limits are for.
	judgedModels = 200
)

func (b *bench) measureScale(ctx context.Context) ([]row, error) {
	mock, err := startMock(ctx, mockapi.Options{})
	if err != nil {
		return nil, err
	}
	defer mock.close()

	state, err := b.promoteOne(ctx, mock)
	if err != nil {
		return nil, err
	}

	var rows []row

	for _, models := range []int{1, 50, judgedModels, 1000} {
		existing, err := b.measureExisting(ctx, mock, state, models)
		if err != nil {
			return nil, err
		}

		fresh, err := b.measureFresh(ctx, mock, models)
		if err != nil {
			return nil, err
		}

		rows = append(rows, append(existing, fresh...)...)
	}

	return rows, nil
}

// promoteOne promotes the model that the others are copies of, and returns the state of it.
func (b *bench) promoteOne(ctx context.Context, mock *mock) ([]byte, error) {
	w, err := b.workspace("scale-first", ours, filepath.Dir(b.binary(ours)), mock.url, fmt.Sprintf(modelConfig, 1, "bench"))
	if err != nil {
		return nil, err
	}

	if _, _, err := w.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color"); err != nil {
		return nil, err
	}

	return os.ReadFile(filepath.Join(w.dir, stateFile))
}

// copyState makes many models of the state of one.
func copyState(state []byte, models int) ([]byte, error) {
	var content map[string]any
	if err := json.Unmarshal(state, &content); err != nil {
		return nil, err
	}

	resources, _ := content["resources"].([]any)
	if len(resources) != 1 {
		return nil, fmt.Errorf("the state holds %d resources, not one", len(resources))
	}

	resource, _ := resources[0].(map[string]any)

	instances, _ := resource["instances"].([]any)
	if len(instances) != 1 {
		return nil, errors.New("the state does not hold one instance")
	}

	first, err := json.Marshal(instances[0])
	if err != nil {
		return nil, err
	}

	copies := make([]any, models)
	for i := range copies {
		var instance map[string]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(string(first), firstModel, modelID(i))), &instance); err != nil {
			return nil, err
		}

		instance["index_key"] = i
		copies[i] = instance
	}

	resource["instances"] = copies

	return json.Marshal(content)
}

func modelID(i int) string { return fmt.Sprintf("bench-%d", i) }

// measureExisting plans models that exist and need no change: with a refresh, and for comparison without one.
func (b *bench) measureExisting(ctx context.Context, mock *mock, state []byte, models int) ([]row, error) {
	first, found := mock.Model("accounts/demo/models/" + firstModel)
	if !found {
		return nil, errors.New("the first model is not there")
	}

	for i := range models {
		model := first
		model.Name = "accounts/demo/models/" + modelID(i)
		mock.PutModel(model)
	}

	w, err := b.workspace(
		fmt.Sprintf("scale-existing-%d", models),
		ours,
		filepath.Dir(b.binary(ours)),
		mock.url,
		fmt.Sprintf(modelConfig, models, "bench"),
	)
	if err != nil {
		return nil, err
	}

	copies, err := copyState(state, models)
	if err != nil {
		return nil, err
	}

	if err := w.write(stateFile, string(copies)); err != nil {
		return nil, err
	}

	var wall, base, requests, connections samples

	for range b.runs {
		without, err := w.plan(ctx, false, "-refresh=false")
		if err != nil {
			return nil, err
		}

		mock.traffic()

		took, err := w.plan(ctx, false)
		if err != nil {
			return nil, err
		}

		r, c := mock.traffic()

		wall, base, requests, connections = append(wall, took.wall), append(base, without.wall), append(requests, r), append(connections, c)
	}

	r := row{
		figure: "plan of " + someModels(models, "existing"), ours: perModel(wall, models), floor: seconds.show(base) + " without refresh",
		compared: more.show(wall.with(base, difference)),
	}

	return append([]row{r}, trafficRows(models, requests, connections)...), nil
}

// measureFresh plans models that are not there yet: all of them are checked against one job.
func (b *bench) measureFresh(ctx context.Context, mock *mock, models int) ([]row, error) {
	w, err := b.workspace(
		fmt.Sprintf("scale-new-%d", models),
		ours,
		filepath.Dir(b.binary(ours)),
		mock.url,
		fmt.Sprintf(modelConfig, models, "new"),
	)
	if err != nil {
		return nil, err
	}

	var wall, requests, connections samples

	for range b.runs {
		mock.traffic()

		took, err := w.plan(ctx, true)
		if err != nil {
			return nil, err
		}

		r, c := mock.traffic()

		wall, requests, connections = append(wall, took.wall), append(requests, r), append(connections, c)
	}

	return append(
		[]row{{figure: "plan of " + someModels(models, "new"), ours: perModel(wall, models)}},
		unjudgedTraffic(requests, connections),
	), nil
}

func someModels(models int, kind string) string {
	if models == 1 {
		return "1 " + kind + " model"
	}

	return fmt.Sprintf("%d %s models", models, kind)
}

func perModel(wall samples, models int) string {
	each := wall.with(wall, func(value, _ float64) float64 { return 1000 * value / float64(models) })
	return seconds.show(wall) + ", " + fmt.Sprintf(string(millis), each.median()) + " each"
}

func trafficRows(models int, requests, connections samples) []row {
	if models != judgedModels {
		return []row{unjudgedTraffic(requests, connections)}
	}

	return []row{
		row{figure: "– requests", ours: count.show(requests)}.judged(count, requests, judgedModels+1),
		row{figure: "– connections opened", ours: count.show(connections)}.judged(count, connections, 12),
	}
}

func unjudgedTraffic(requests, connections samples) row {
	return row{figure: "– requests, connections opened", ours: count.show(requests) + ", " + count.show(connections)}
}
