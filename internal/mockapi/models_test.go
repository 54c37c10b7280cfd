// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateModel_Mask(t *testing.T) {
	t.Parallel()

	before := Model{Name: "accounts/demo/models/m", DisplayName: "old name", Description: "old words", Public: true}

	for name, test := range map[string]struct {
		mask, body  string
		name, words string
		public      bool
	}{
		"one field":                  {"display_name", `{"displayName":"new"}`, "new", "old words", true},
		"one field, camel-case mask": {"displayName", `{"displayName":"new"}`, "new", "old words", true},
		"fields beside the mask": {"description", `{"displayName":"new","description":"d","public":false}`,
			"old name", "d", true},
		"a masked field is missing": {"description,public", `{"description":"d"}`, "old name", "d", false},
		"all three": {"display_name,description,public", `{"displayName":"a","description":"b"}`,
			"a", "b", false},
		"empty text clears":             {"display_name", `{"displayName":""}`, "", "old words", true},
		"no mask clears what is absent": {"", `{"displayName":"new"}`, "new", "", false},
		"a star is every field":         {"*", `{"public":true}`, "", "", true},
		"the name does no harm": {"public", `{"name":"accounts/demo/models/m"}`, "old name", "old words",
			false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{})
			h.PutModel(before)
			was := h.mustModel("m").UpdateTime
			h.do(http.MethodPatch, "/v1/accounts/demo/models/m?updateMask="+url.QueryEscape(test.mask),
				test.body).want(http.StatusOK)

			got := h.mustModel("m")
			checkEqual(t, "display name", got.DisplayName, test.name)
			checkEqual(t, "description", got.Description, test.words)
			checkEqual(t, "public", got.Public, test.public)

			if !parseTime(got.UpdateTime).After(parseTime(was)) {
				t.Error("the update time did not move")
			}
		})
	}
}

func TestUpdateModel_Rejected(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		mask, body, fragment string
	}{
		"an unknown path":       {"nonsense", `{}`, "nonsense"},
		"what cannot change":    {"state", `{"state":"READY"}`, "state"},
		"an unknown field":      {"public", `{"display_name":"x"}`, "display_name"},
		"a long display name":   {"display_name", `{"displayName":"` + strings.Repeat("ü", 64) + `"}`, "64"},
		"a long description":    {"description", `{"description":"` + strings.Repeat("x", 1000) + `"}`, "1000"},
		"a wrong type":          {"public", `{"public":"yes"}`, "public"},
		"a body that is a list": {"public", `[]`, "not a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{})
			h.PutModel(Model{Name: "accounts/demo/models/m", DisplayName: "old"})
			h.do(http.MethodPatch, "/v1/accounts/demo/models/m?updateMask="+test.mask,
				test.body).want(http.StatusBadRequest, test.fragment)

			if h.mustModel("m").DisplayName != "old" {
				t.Error("a rejected change was applied")
			}
		})
	}

	h := start(t, Options{})
	h.PutModel(Model{Name: "accounts/demo/models/m"})
	h.do(http.MethodPatch, "/v1/accounts/demo/models/m?updateMask=display_name",
		`{"displayName":"`+strings.Repeat("ü", 63)+`"}`).
		want(http.StatusOK)
	h.do(http.MethodPatch, "/v1/accounts/demo/models/m?updateMask=description",
		`{"description":"`+strings.Repeat("x", 999)+`"}`).
		want(http.StatusOK)
	h.do(http.MethodPatch, "/v1/accounts/demo/models/none?updateMask=public", `{}`).want(http.StatusNotFound)
}

func TestDeleteModel_Deployed(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Minute})
	path := "/v1/accounts/demo/models/m"

	h.promote(latest, jobPromotion("m")).want(http.StatusOK)

	h.Deploy("accounts/demo/models/m", "d1", "accounts/demo/deployments/d2")
	h.do(http.MethodDelete, path, "").
		want(http.StatusBadRequest, `"code":9`, `"details":[{`, "accounts/demo/deployments/d1",
			"accounts/demo/deployments/d2")
	h.get(path).want(http.StatusOK, `"deployment":"accounts/demo/deployments/d1"`, `"state":"DEPLOYED"`)

	h.Deploy("accounts/demo/models/m")
	h.Deploy("accounts/demo/models/none", "d")

	if got := h.do(http.MethodDelete, path, "").want(http.StatusOK); got.body != "{}" {
		t.Errorf("the response is %s", got.body)
	}

	h.get(path).want(http.StatusNotFound, `"code":5`)
	h.do(http.MethodDelete, path, "").want(http.StatusNotFound)
	h.promote(latest, jobPromotion("m")).want(http.StatusOK)
}

func TestDeleteModel_Delayed(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	path := "/v1/accounts/demo/models/m"

	h.PutModel(Model{Name: "accounts/demo/models/m"})
	h.SetDeletionTime(10 * time.Second)
	h.do(http.MethodDelete, path, "").want(http.StatusOK)
	h.clock.advance(9 * time.Second)
	h.do(http.MethodDelete, path, "").want(http.StatusOK)
	h.get(path).want(http.StatusOK)
	h.promote(latest, jobPromotion("m")).want(http.StatusConflict)
	h.clock.advance(time.Second)
	h.get(path).want(http.StatusNotFound)

	h.PutModel(Model{Name: "accounts/demo/models/m"})
	h.do(http.MethodDelete, path, "").want(http.StatusOK)
	h.PutModel(Model{Name: "accounts/demo/models/m", DisplayName: "not managed"})
	h.clock.advance(time.Hour)
	h.get(path).want(http.StatusOK, "not managed")
}

func TestPutModel_Drift(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Second})
	h.promote(loraLatest, jobPromotion("m")).want(http.StatusOK)
	m := h.mustModel("m")
	m.DisplayName = "changed elsewhere"
	h.PutModel(m)
	h.clock.advance(time.Second)
	h.get("/v1/accounts/demo/models/m").want(http.StatusOK, "changed elsewhere", "READY", `"r":32`)

	m = h.mustModel("m")
	m.PeftDetails.R = 1

	m.PeftDetails.TargetModules[0] = "changed"
	checkEqual(t, "rank after changing a copy", h.mustModel("m").PeftDetails.R, 32)
	checkEqual(t, "module after changing a copy", h.mustModel("m").PeftDetails.TargetModules[0], "q_proj")

	h.RemoveModel("accounts/demo/models/m")
	h.get("/v1/accounts/demo/models/m").want(http.StatusNotFound)
}

func TestGetModel_Format(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.PutModel(Model{Name: "accounts/demo/models/bare"})

	want := `{"name":"accounts/demo/models/bare","createTime":"2026-04-01T12:00:00Z","updateTime":"2026-04-01T12:00:00Z",` +
		`"state":"READY","kind":"HF_BASE_MODEL"}`
	if diff := cmp.Diff(want, h.get("/v1/accounts/demo/models/bare").body); diff != "" {
		t.Error(diff)
	}

	h.get("/v1/"+qwen).want(http.StatusOK, `"parameterCount":"8190735360"`, `"contextLength":131072`, `"public":true`)
}

func TestListModels_FilterAndOrder(t *testing.T) {
	t.Parallel()

	h := start(t, Options{Fixtures: &Fixtures{Accounts: []string{"demo"}}})
	for i := range 5 {
		h.PutModel(Model{
			Name: fmt.Sprintf("accounts/demo/models/m%d", i), State: []string{"READY", "UPLOADING"}[i%2],
			Public:     i == 4,
			CreateTime: fmt.Sprintf("2026-01-0%dT00:00:00Z", 9-i),
		})
	}

	for name, test := range map[string]struct{ query, want string }{
		"everything":        {"", "m0 m1 m2 m3 m4"},
		"by name":           {"orderBy=name", "m0 m1 m2 m3 m4"},
		"by name, backward": {"orderBy=name desc", "m4 m3 m2 m1 m0"},
		"oldest first":      {"orderBy=create_time", "m4 m3 m2 m1 m0"},
		"newest first":      {"orderBy=create_time  desc", "m0 m1 m2 m3 m4"},
		"one name":          {`filter=name="accounts/demo/models/m3"`, "m3"},
		"a state":           {"filter=state=READY", "m0 m2 m4"},
		"not a state":       {`filter=state != "READY"`, "m1 m3"},
		"both":              {"filter=state=READY AND public=true", "m4"},
		"none":              {"filter=state=FAILED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			query, value, _ := strings.Cut(test.query, "=")

			path := "/v1/accounts/demo/models?" + query + "=" + url.QueryEscape(value)
			checkEqual(t, "models", h.names(path), test.want)

			if n := len(strings.Fields(test.want)); n > 0 {
				h.get(path).want(http.StatusOK, fmt.Sprintf(`"totalSize":%d`, n))
			}
		})
	}

	for _, query := range []string{
		"filter=state", "filter=state=", "filter=nonsense=1", "filter=state=READY AND", "filter=state=READY AND ",
		"filter=OR", "orderBy=state",
		`filter=name="open`, "filter=state=READY public=true",
	} {
		name, value, _ := strings.Cut(query, "=")
		h.get("/v1/accounts/demo/models?"+name+"="+url.QueryEscape(value)).want(http.StatusBadRequest, `"code":3`)
	}

	h.get("/v1/accounts/demo/models?pageSize=2").want(http.StatusOK, `"totalSize":5`, "nextPageToken")
}
