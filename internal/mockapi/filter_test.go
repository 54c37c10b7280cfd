// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// filterRow has a field of every kind that filters compare.
var filterRow = map[string]string{
	"state": "READY", "display_name": `a "b" AND c`, "count": "8190735360", "public": "true",
	"create_time": "2026-03-01T12:00:00.5Z", "empty": "",
}

// checkFilters reports the filters that do not keep or drop filterRow as wanted.
func checkFilters(t *testing.T, filters map[string]bool) {
	t.Helper()

	for text, want := range filters {
		keep, err := parseFilter(text, sortedKeys(filterRow))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}

		if got := keep(filterRow); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestFilter_Equality(t *testing.T) {
	t.Parallel()

	checkFilters(t, map[string]bool{
		"": true, " ": true,
		"state=READY": true, `state = "READY"`: true, "state='READY'": true, "state!=READY": false,
		"state != FAILED": true,
		"public=true":     true, "public=false": false, "public!=true": false,
		`display_name="a \"b\" AND c"`: true, `empty=""`: true, `state=""`: false, `empty!=""`: false,
	})
}

func TestFilter_NumericComparison(t *testing.T) {
	t.Parallel()

	checkFilters(t, map[string]bool{
		"count>=8000000000": true, "count<=9000000000": true, "count>9000000000": false, "count<9": false,
		"count>9":          true,
		"count>8190735360": false, "count>=8190735360": true, "count<8190735360": false, "count<=8190735360": true,
		`count="8190735360"`: true, "count=8190735360.0": true, "count!=8190735360.0": false,
	})
}

func TestFilter_TimeComparison(t *testing.T) {
	t.Parallel()

	checkFilters(t, map[string]bool{
		`create_time>"2026-03-01T12:00:00Z"`: true, "create_time<2026-03-01T12:00:00Z": false,
		`create_time="2026-03-02T01:00:00.500+13:00"`: true, `create_time>"2026-03-01T22:30:00+13:00"`: true,
	})
}

func TestFilter_UnsetFieldIsNotOrdered(t *testing.T) {
	t.Parallel()

	checkFilters(t, map[string]bool{"empty<1": false, "empty>=0": false, "empty!=1": true,
		"empty<2026-03-01T12:00:00Z": false})
}

func TestFilter_And(t *testing.T) {
	t.Parallel()

	checkFilters(t, map[string]bool{
		"state=READY AND public=true":                  true,
		"state=READY AND public=false":                 false,
		"public=false AND state=READY":                 false,
		`state="READY"AND public=true AND  count>1 `:   true,
		`state="READY" AND public=true AND count>9e10`: false,
	})
}

func TestFilter_Invalid(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		"state", "state=", "=READY", "state=READY AND", "AND state=READY", "state=READY OR OR public=true",
		"(state=READY",
		"state=READY)", "()", `state="READY`, "state==READY", "state=READY public=true", "state~READY", "state=READY and public=true",
		"nonsense=1", "state.name=1", `"state"=READY`,
		"state=READY OR public=true", "(state=READY)", "state=READY ANDpublic=true",
	} {
		if _, err := parseFilter(text, sortedKeys(filterRow)); err == nil || !strings.Contains(err.Error(), "invalid filter") {
			t.Errorf("%s: got error %v", text, err)
		}
	}
}

func TestFilter_TrainingShapesOfSize(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for size, want := range map[string]string{
		"snapshot.parameter_count>=8000000000 AND snapshot.parameter_count<=9000000000":   "9d4e8f62",
		"snapshot.parameter_count>=9000000000 AND snapshot.parameter_count<=10000000000":  "",
		"snapshot.parameter_count>=80000000000 AND snapshot.parameter_count<=90000000000": "",
	} {
		filter := `snapshot.model_type="qwen3" AND ` + size +
			` AND snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true AND public=true`
		query := url.Values{"filter": {filter}, "orderBy": {"create_time desc"}, "pageSize": {"200"}}

		var list struct{ TrainingShapeVersions []versionReply }
		h.get("/v1/accounts/-/trainingShapes/-/versions?" + query.Encode()).want(http.StatusOK).into(&list)

		var got []string
		for _, v := range list.TrainingShapeVersions {
			got = append(got, lastSegment(v.Name))
		}

		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %q", size, got, want)
		}
	}
}
