// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"strings"
	"testing"
)

// filterRow has a field of every kind that filters compare.
var filterRow = map[string]string{
	"state": "READY", "display_name": `a "b" AND c`, "count": "8190735360", "public": "true",
	"create_time": "2026-03-01T12:00:00.5Z", "empty": "",
}

func TestFilter(t *testing.T) {
	t.Parallel()

	kept := []string{
		"", " ", "state=READY", `state = "READY"`, "state='READY'", "state != FAILED", "public=true",
		`display_name="a \"b\" AND c"`, `empty=""`, "count>=8000000000", "count<=9000000000", "count>9",
		"count>=8190735360", "count<=8190735360", `count="8190735360"`, "count=8190735360.0",
		`create_time>"2026-03-01T12:00:00Z"`, `create_time="2026-03-02T01:00:00.500+13:00"`,
		`create_time>"2026-03-01T22:30:00+13:00"`, "empty!=1", "state=READY AND public=true",
		`state="READY"AND public=true AND  count>1 `,
	}
	dropped := []string{
		"state!=READY", "public=false", "public!=true", `state=""`, `empty!=""`, "count>9000000000", "count<9",
		"count>8190735360", "count<8190735360", "count!=8190735360.0", "create_time<2026-03-01T12:00:00Z",
		"empty<1", "empty>=0", "empty<2026-03-01T12:00:00Z", "state=READY AND public=false",
		"public=false AND state=READY", `state="READY" AND public=true AND count>9e10`,
	}

	for _, text := range slices.Concat(kept, dropped) {
		keep, err := parseFilter(text, sortedKeys(filterRow))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}

		checkEqual(t, text, keep(filterRow), slices.Contains(kept, text))
	}
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
