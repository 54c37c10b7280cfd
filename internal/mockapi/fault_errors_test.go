// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"strings"
	"testing"
)

// TestFaults_Errors reads faults as files contain them, and compares the responses.
func TestFaults_Errors(t *testing.T) {
	t.Parallel()

	for fault, want := range map[string]struct {
		status  int
		content string
		body    string
	}{
		`"status":404,"content_type":"text/html"`:  {404, "text/html", "<h1>404 Not Found</h1>"},
		`"status":520,"content_type":"text/html"`:  {520, "text/html", "<!DOCTYPE html>"},
		`"status":499,"content_type":"text/plain"`: {499, "text/plain", "error code: 499"},
		`"status":404,"content_type":"text/plain","body":"no backend"`: {
			404, "text/plain", "no backend",
		},
		`"status":404,"body":"{\"code\":5,\"message\":\"Not Found\"}"`: {
			404, "application/json", `{"code":5,"message":"Not Found"}`,
		},
		`"status":409,"code":10,"message":"try again"`: {
			409, "application/json", `"code":10,"details":[],"message":"try again"`,
		},
		`"status":409`: {409, "application/json", `"code":6`},
		`"status":400,"code":9,"reason":"MODEL_BUSY"`: {
			400, "application/json", `"code":9,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo"`,
		},
		`"status":403,"reason":"QUOTA_EXCEEDED","metadata":{"quota_required":"8","quota_available":"0"}`: {
			403, "application/json",
			`"code":7,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"fireworks.ai",` +
				`"metadata":{"quota_available":"0","quota_required":"8"},"reason":"QUOTA_EXCEEDED"}]`,
		},
		`"status":429,"code":0,"reason":"INSUFFICIENT_CAPACITY"`: {429, "application/json", `{"details":[{`},
	} {
		faults, err := ReadFaults(strings.NewReader(`[{"kind":"status",` + fault + `}]`))
		if err != nil {
			t.Errorf("%s: %v", fault, err)
			continue
		}

		h := start(t, Options{Faults: faults})
		got := h.get("/v1/accounts").want(want.status, want.body)
		checkEqual(t, "Content-Type", got.header.Get("Content-Type"), want.content)
	}
}

func TestFaults_Edit(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetFaults(
		Fault{Method: http.MethodPost, Query: "validateOnly=true", Kind: FaultEdit, Body: `{"name":null}`},
		Fault{Method: http.MethodGet, Path: deploymentsPath + "/d", Times: 1, Kind: FaultEdit,
			Body:    `{"state":"PROVISIONING","autoscalingPolicy":{"burst":2},"status":{"message":"soon"}}`,
			Headers: map[string]string{"X-Request-Id": "", "Cf-Ray": "8f2"}},
		Fault{Path: "/v1/accounts/*/models/*", Kind: FaultEdit, Body: `{"state":"X"}`},
	)

	h.deploy("d&validateOnly=true", shapeBody()).want(http.StatusOK).lacks(`"name"`)
	h.deploy("d", shapeBody()).want(http.StatusOK, `"name"`)

	got := h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"PROVISIONING"`, `"burst":2`, `"scaleUpWindow"`,
		`"message":"soon"`)
	checkEqual(t, "X-Request-Id", got.header.Get("X-Request-Id"), "")
	checkEqual(t, "Cf-Ray", got.header.Get("Cf-Ray"), "8f2")

	h.get(deploymentsPath+"/d").want(http.StatusOK, `"state":"READY"`)
	h.get("/v1/accounts/demo/models/none").want(http.StatusNotFound).lacks(`"X"`)
}

// TestFaults_LostThenUnknown loses a response after the work was done, and lets every look-up fail.
func TestFaults_LostThenUnknown(t *testing.T) {
	t.Parallel()

	n := listen(t,
		Fault{Method: http.MethodPost, Kind: FaultResetAfter, Times: 1},
		Fault{Method: http.MethodGet, Path: "/v1/accounts/demo/models/**", Kind: FaultStatus, Status: 520,
			ContentType: "text/html"})

	if _, err := n.promoteOnce(); err == nil {
		t.Error("the response was not lost")
	}

	n.get("/v1/accounts/demo/models/m").want(520, "<html>")
	checkEqual(t, "promotions", n.PromotionsOf("accounts/demo/models/m"), 1)
}
