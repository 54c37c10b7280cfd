// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const (
	byModelFilter = `snapshot.base_model="accounts/fireworks/models/qwen3-8b" AND snapshot.trainer_mode="LORA_TRAINER" ` +
		`AND latest_validated=true`
	byTypeFilter = `snapshot.model_type="qwen3" AND snapshot.parameter_count>=8000000000 AND snapshot.parameter_count<=9000000000 ` +
		`AND snapshot.trainer_mode="LORA_TRAINER" AND latest_validated=true`
	qwenDetails = `{"name":"accounts/fireworks/models/qwen3-8b","baseModelDetails":{"modelType":"qwen3","parameterCount":"8190735360"}}`
)

// shapeRow is a row of a search; the changes replace parts of a version that fits the query of the tests.
func shapeRow(id string, contextLength, day int, changes ...string) string {
	row := fmt.Sprintf(`{"name":"accounts/fireworks/trainingShapes/%s/versions/1","createTime":"2026-05-%02dT10:00:00Z",`+
		`"latestValidated":true,"public":true,"snapshot":{"baseModel":"%s","modelType":"qwen3","parameterCount":"8190735360",`+
		`"trainerMode":"LORA_TRAINER","maxSupportedContextLength":%d}}`, id, day, baseModel, contextLength)

	return strings.NewReplacer(changes...).Replace(row)
}

func shapeRows(rows ...string) cannedResponse {
	return ok(`{"trainingShapeVersions":[` + strings.Join(rows, ",") + `]}`)
}

func shapeIDs(t *testing.T, profiles []TrainingShapeProfile) string {
	t.Helper()

	var ids []string

	for _, profile := range profiles {
		name, err := ParseTrainingShapeName(profile.Name)
		if err != nil {
			t.Fatal(err)
		}

		ids = append(ids, name.ShapeID)
	}

	return strings.Join(ids, " ")
}

func searchRequest(filter string) wantRequest {
	return wantRequest{"GET", searchPath, pageQuery("filter", filter, "orderBy", "create_time desc"), ""}
}

func TestFindTrainingShapes_Order(t *testing.T) {
	t.Parallel()

	rows := shapeRows(
		shapeRow("large", 262144, 3), shapeRow("small", 32768, 1), shapeRow("medium", 131072, 2),
		shapeRow("newest-b", 65536, 9), shapeRow("newest-a", 65536, 9), shapeRow("older", 65536, 4),
		shapeRow("unlimited-not", 0, 1),
	)

	for least, want := range map[int64]string{
		0:      "newest-a newest-b older large medium small unlimited-not",
		1:      "small newest-a newest-b older medium large",
		32768:  "small newest-a newest-b older medium large",
		32769:  "newest-a newest-b older medium large",
		131073: "large",
	} {
		query := testShapeQuery
		query.MinContextLength = least

		server := respondWith(rows)

		got, err := serve(t, server).FindTrainingShapes(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}

		if ids := shapeIDs(t, got); ids != want {
			t.Errorf("at least %d: %s, want %s", least, ids, want)
		}

		checkRequests(t, server, searchRequest(byModelFilter))
	}
}

func TestFindTrainingShapes_ClientFilter(t *testing.T) {
	t.Parallel()

	invalid := []string{
		shapeRow("mode", 1, 1, "LORA_TRAINER", "POLICY_TRAINER"),
		shapeRow("not-latest", 1, 1, `"latestValidated":true,`, ``),
		shapeRow("no-snapshot", 1, 1, `"snapshot":`, `"x":`),
	}
	private := shapeRow("private", 1, 1, `"public":true,`, ``)
	otherModel := shapeRow("other-model", 1, 1, baseModel, "accounts/fireworks/models/other")
	otherType := shapeRow("other-type", 1, 1, `"qwen3"`, `"llama"`, baseModel, "m")
	otherSize := shapeRow("other-size", 1, 1, "8190735360", "9000000001", baseModel, "m")

	for _, publicOnly := range []bool{false, true} {
		query := testShapeQuery
		query.PublicOnly = publicOnly
		suffix, want := "", "fit private"

		if publicOnly {
			suffix, want = " AND public=true", "fit"
		}

		server := respondWith(shapeRows(append(invalid, otherModel, private, shapeRow("fit", 1, 1))...))

		got, err := serve(t, server).FindTrainingShapes(t.Context(), query)
		if err != nil || shapeIDs(t, got) != want {
			t.Errorf("by model, public only %t: %s, error %v, want %s", publicOnly, shapeIDs(t, got), err, want)
		}

		checkRequests(t, server, searchRequest(byModelFilter+suffix))

		fit := shapeRow("fit", 1, 1, baseModel, "accounts/fireworks/models/other")
		private := strings.ReplaceAll(private, baseModel, "m")
		server = respondWith(
			shapeRows(append(invalid, otherModel)...), ok(qwenDetails),
			shapeRows(append(invalid, otherType, otherSize, private, fit)...),
		)

		got, err = serve(t, server).FindTrainingShapes(t.Context(), query)
		if err != nil || shapeIDs(t, got) != want {
			t.Errorf("by type, public only %t: %s, error %v, want %s", publicOnly, shapeIDs(t, got), err, want)
		}

		checkRequests(t, server,
			searchRequest(byModelFilter+suffix), wantRequest{"GET", "/v1/" + baseModel, nil, ""},
			searchRequest(byTypeFilter+suffix))
	}
}

func TestFindTrainingShapes_ParameterBuckets(t *testing.T) {
	t.Parallel()

	for count, want := range map[Int64][2]Int64{
		1:               {0, 1e9},
		999_999_999:     {0, 1e9},
		1_000_000_000:   {1e9, 2e9},
		9_999_999_999:   {9e9, 10e9},
		10_000_000_000:  {10e9, 20e9},
		235_000_000_000: {230e9, 240e9},
	} {
		search, ok := testShapeQuery.searchByType(&BaseModelDetails{ModelType: `a"b\c`, ParameterCount: count})
		filter := fmt.Sprintf(`snapshot.model_type="a\"b\\c" AND snapshot.parameter_count>=%d AND snapshot.parameter_count<=%d AND `,
			want[0], want[1])

		if !ok || !strings.HasPrefix(search.filter, filter) {
			t.Errorf("%d: filter %s, want %s…", count, search.filter, filter)
		}

		for size, fits := range map[Int64]bool{want[0] - 1: false, want[0]: true, want[1]: true, want[1] + 1: false} {
			if search.matches(TrainingShapeProfile{TrainingShapeSnapshot: TrainingShapeSnapshot{ModelType: `a"b\c`,
				ParameterCount: size}}) != fits {
				t.Errorf("%d: a shape for %d parameters fits: want %t", count, size, fits)
			}
		}
	}
}

func TestFindTrainingShapes_None(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		replies []cannedResponse
		filters []string
		lengths []int64
		text    string
		status  int
	}{
		"nothing": {
			[]cannedResponse{ok(`{}`), ok(qwenDetails), ok(`{}`)}, []string{byModelFilter, byTypeFilter}, nil,
			"no validated training shape fits the base model accounts/fireworks/models/qwen3-8b in the trainer mode " +
				"LORA_TRAINER " +
				"with a context length of at least 200000 tokens", 0,
		},
		"too short": {
			[]cannedResponse{
				shapeRows(shapeRow("a", 131072, 1), shapeRow("b", 32768, 1)), ok(qwenDetails),
				shapeRows(shapeRow("a", 131072, 1), shapeRow("c", 65536, 1, baseModel, "m")),
			},
			[]string{byModelFilter, byTypeFilter}, []int64{32768, 65536, 131072}, "200000 tokens", 0,
		},
		"no type": {
			[]cannedResponse{ok(`{}`), ok(`{"name":"m","baseModelDetails":{"parameterCount":"5"}}`)},
			[]string{byModelFilter}, nil, "200000", 0,
		},
		"no size": {
			[]cannedResponse{ok(`{}`), ok(`{"name":"m","baseModelDetails":{"modelType":"x"}}`)},
			[]string{byModelFilter},
			nil,
			"200000",
			0,
		},
		"no details": {[]cannedResponse{ok(`{}`), ok(`{"name":"m"}`)}, []string{byModelFilter}, nil, "200000", 0},
		"no such model": {
			[]cannedResponse{ok(`{}`), failing(404)}, []string{byModelFilter}, nil,
			"; the base model could not be read: GET", 404,
		},
		"model not visible": {
			[]cannedResponse{ok(`{}`), failing(403)}, []string{byModelFilter}, nil,
			"; the base model could not be read: GET", 403,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			query := testShapeQuery
			query.MinContextLength = 200000
			server := respondWith(test.replies...)

			got, err := serve(t, server).FindTrainingShapes(t.Context(), query)

			var none *NoTrainingShapeError
			if !errors.As(err, &none) || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("error %v", err)
			}

			checkEqual(t, "has a result", got != nil, false)
			checkEqual(t, "status", StatusOf(err), test.status)

			wantNoDiff(t, "query", query, none.Query)
			wantNoDiff(t, "filters", test.filters, none.Filters)
			wantNoDiff(t, "context lengths", test.lengths, none.ContextLengths)

			if server.count() != len(test.replies) {
				t.Errorf("%d requests, want %d", server.count(), len(test.replies))
			}
		})
	}
}

func TestFindTrainingShapes_Failures(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		replies []cannedResponse
		status  int
	}{
		"first search":  {[]cannedResponse{failing(403)}, 403},
		"base model":    {[]cannedResponse{ok(`{}`), failing(500)}, 500},
		"second search": {[]cannedResponse{ok(`{}`), ok(qwenDetails), failing(403)}, 403},
	} {
		server := respondWith(test.replies...)

		_, err := serve(t, server).FindTrainingShapes(t.Context(), testShapeQuery)

		var none *NoTrainingShapeError

		checkEqual(t, "status of "+name, StatusOf(err), test.status)
		checkEqual(t, "no shape", errors.As(err, &none), false)
		checkEqual(t, "requests", server.count(), len(test.replies))
	}

	_, err := serve(t, respondWith(shapeRows(`{"name":"x"}`))).FindTrainingShapes(t.Context(), testShapeQuery)
	wantDecodeError(t, err, "not a training shape version")
}

func TestFindTrainingShapes_Pages(t *testing.T) {
	t.Parallel()

	server := respondWith(
		ok(`{"trainingShapeVersions":[`+shapeRow("a", 1, 1)+`],"nextPageToken":"2"}`), shapeRows(shapeRow("b", 1, 2)),
	)

	got, err := serve(t, server).FindTrainingShapes(t.Context(), testShapeQuery)
	if err != nil || shapeIDs(t, got) != "b a" {
		t.Errorf("shapes %s, error %v", shapeIDs(t, got), err)
	}

	want := url.Values{"filter": {byModelFilter}, "orderBy": {"create_time desc"}, "pageSize": {"200"},
		"pageToken": {"2"}}
	wantNoDiff(t, "second query", want, server.requests()[1].Query)
}
