// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
)

func TestServingCalls_Requests(t *testing.T) {
	t.Parallel()

	want := servingRequests()
	maps.Copy(want, routingRequests())

	for _, call := range servingCalls() {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()

			request := checkCallRequest(t, call, want)
			checkEqual(t, "body", request.Body, want[call.name].body)
		})
	}
}

func TestServingCalls_Retries(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 403, 404, 409, 412, 429, 500, 502, 503, 504} {
		for _, call := range servingCalls() {
			want := 1
			if call.retried && (status == 429 || status >= 500) || status == 429 &&
				!strings.HasSuffix(call.name, "Once") {
				want = 3
			}

			synctest.Test(t, func(t *testing.T) {
				server := respondWith(failing(status))
				client, _ := serveInBubble(t, server, withRetries(2))

				err := call.do(t.Context(), client)
				if StatusOf(err) != status || server.count() != want {
					t.Errorf("%s: error %v after %d requests, want status %d after %d", call.name, err, server.count(),
						status, want)
				}
			})
		}
	}
}

func TestServingCalls_LostResponse(t *testing.T) {
	t.Parallel()

	for _, call := range servingCalls() {
		want := 1
		if call.retried {
			want = 3
		}

		synctest.Test(t, func(t *testing.T) {
			requests := 0
			client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++

				hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
			}), withRetries(2))

			err := call.do(t.Context(), client)
			if !MayHaveSucceeded(err) || requests != want {
				t.Errorf("%s: error %v after %d requests, want %d", call.name, err, requests, want)
			}
		})
	}
}

func TestServingCalls_NotAResource(t *testing.T) {
	t.Parallel()

	const wrongTypes = `{"name":1,"routers":1,"dpoJobs":1,"deployments":1,"deployedModels":1,"quotas":1,"deploymentShapeVersions":1,"trainingShapeVersions":1}`

	for _, call := range servingCalls() {
		for _, body := range []string{`[]`, `<html>`, wrongTypes} {
			if body == wrongTypes && call.response == `{}` && !strings.HasPrefix(call.name, "List") {
				continue // what these calls return is ignored
			}

			server := respondWith(ok(body))
			wantDecodeError(t, call.do(t.Context(), serve(t, server, withRetries(2))), "JSON")

			if n := server.count(); n != 1 {
				t.Errorf("%s: %d requests, want 1", call.name, n)
			}
		}

		if strings.HasPrefix(call.response, `{"name"`) && call.name != "ValidateDeployment" {
			for _, body := range []string{`{}`, `null`, `{"name":""}`} {
				wantDecodeError(t, call.do(t.Context(), serve(t, respondWith(ok(body)))), "name")
			}
		}
	}
}

func TestServingCalls_EscapedPaths(t *testing.T) {
	t.Parallel()

	const id, escaped = `ä b?c#d%2Fe`, "%C3%A4%20b%3Fc%23d%252Fe"

	deployment := DeploymentName{AccountID: id, DeploymentID: id}
	account := "/v1/accounts/" + escaped

	calls := map[string]func(context.Context, *Client){
		account + "/deployments": func(ctx context.Context, c *Client) { _, _ = c.ListDeployments(ctx, id) },
		account + "/deployments/" + escaped: func(ctx context.Context, c *Client) {
			_, _ = c.GetDeployment(ctx, deployment)
		},
		account + "/deployments/" + escaped + ":setTags": func(ctx context.Context, c *Client) {
			_ = c.SetDeploymentTags(ctx, deployment, map[string]string{"a": "b"})
		},
		account + "/deploymentShapes/" + escaped + "/versions/" + escaped: func(ctx context.Context, c *Client) {
			_, _ = c.ResolveDeploymentShape(ctx, DeploymentShapeName{AccountID: id, ShapeID: id, VersionID: id})
		},
		account + "/deploymentShapeVersions:match": func(ctx context.Context, c *Client) {
			_, _ = c.MatchDeploymentShapes(ctx, id, "m", true)
		},
		account + "/deployedModels/" + escaped: func(ctx context.Context, c *Client) {
			_ = c.DeleteDeployedModel(ctx, DeployedModelName{AccountID: id, DeployedModelID: id})
		},
		account + "/quotas": func(ctx context.Context, c *Client) { _, _ = c.ListQuotas(ctx, id) },
	}
	for path, do := range calls {
		server := respondWith(ok(`{}`))
		do(t.Context(), serve(t, server))

		if got := server.requests()[0].Path; got != path {
			t.Errorf("path %s, want %s", got, path)
		}
	}
}

func TestCreateDeployment_Queries(t *testing.T) {
	t.Parallel()

	flags := func(r CreateDeploymentRequest) CreateDeploymentRequest {
		r.AcceptShapelessRisk, r.SkipShapeValidation, r.DisableSpeculativeDecoding = true, true, true
		return r
	}
	flagQuery := url.Values{
		"acceptShapelessRisk": {"true"}, "skipShapeValidation": {"true"}, "disableSpeculativeDecoding": {"true"},
	}
	with := func(query url.Values, more ...string) url.Values {
		query = maps.Clone(query)
		for i := 0; i+1 < len(more); i += 2 {
			query.Set(more[i], more[i+1])
		}

		return query
	}
	without := CreateDeploymentRequest{Name: DeploymentName{AccountID: "acme"}, Fields: testCreateDeployment.Fields}

	tests := map[string]struct {
		do    func(context.Context, *Client) (Deployment, error)
		query url.Values
	}{
		"create": {
			func(ctx context.Context, c *Client) (Deployment, error) {
				return c.CreateDeployment(ctx, flags(testCreateDeployment))
			},
			with(flagQuery, "deploymentId", "serve"),
		},
		"validate": {
			func(ctx context.Context, c *Client) (Deployment, error) {
				return c.ValidateDeployment(ctx, flags(testCreateDeployment))
			},
			with(flagQuery, "deploymentId", "serve", "validateOnly", "true"),
		},
		"validate without ID": {
			func(ctx context.Context, c *Client) (Deployment, error) { return c.ValidateDeployment(ctx, without) },
			url.Values{"validateOnly": {"true"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(ok(deploymentReply))
			if _, err := test.do(t.Context(), serve(t, server)); err != nil {
				t.Fatal(err)
			}

			body := `{"baseModel":"accounts/acme/models/tuned"}`
			checkRequestsWithoutHeaders(t, server, wantRequest{"POST", deploymentsPath, test.query, body})
		})
	}
}

func TestDeploymentCalls_Options(t *testing.T) {
	t.Parallel()

	mask := url.Values{"updateMask": {"description"}, "skipShapeValidation": {"true"}}
	tags := map[string]string{"b": "2", "a.b/c": "1"}

	tests := map[string]struct {
		do   func(context.Context, *Client) error
		want []wantRequest
	}{
		"update, unvalidated shape": {func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployment(ctx, testDeployment, Fields{"description": "d"}, true)
			return err
		}, []wantRequest{{"PATCH", deploymentPath, mask, `{"description":"d"}`}}},
		"update without fields": {func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployment(ctx, testDeployment, Fields{}, true)
			return err
		}, []wantRequest{{"GET", deploymentPath, nil, ""}}},
		"update of nil": {func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployment(ctx, testDeployment, nil, false)
			return err
		}, []wantRequest{{"GET", deploymentPath, nil, ""}}},
		"update of a deployed model without fields": {func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDeployedModel(ctx, testDeployedModel, nil)
			return err
		}, []wantRequest{{"GET", deployedModelPath, nil, ""}}},
		"policy and placement": {
			func(ctx context.Context, c *Client) error {
				_, err := c.UpdateDeployment(ctx, testDeployment, Fields{
					"autoscaling_policy": &AutoscalingPolicy{ScaleDownWindow: "600s",
						LoadTargets: map[string]Float64{"requests_per_second": 0.1}},
					"placement": &Placement{Regions: []Enum{"US_IOWA_1"}},
				}, false)

				return err
			},
			[]wantRequest{{"PATCH", deploymentPath, url.Values{"updateMask": {"autoscaling_policy,placement"}},
				`{"autoscalingPolicy":{"scaleDownWindow":"600s","loadTargets":{"requests_per_second":0.1}},"placement":{"regions":["US_IOWA_1"]}}`}},
		},
		"tags": {func(ctx context.Context, c *Client) error {
			return c.SetDeploymentTags(ctx, testDeployment, tags)
		}, []wantRequest{{"POST", deploymentPath + ":setTags", nil, `{"tags":{"custom/a.b/c":"1","custom/b":"2"}}`}}},
		"no tags": {func(ctx context.Context, c *Client) error { return c.SetDeploymentTags(ctx, testDeployment, nil) },
			nil},
		"tags to be deleted": {func(ctx context.Context, c *Client) error {
			return c.DeleteDeploymentTags(ctx, testDeployment, []string{"b", "a", "b"})
		}, []wantRequest{{"POST", deploymentPath + ":deleteTags", nil, `{"keys":["custom/a","custom/b"]}`}}},
		"no tags to be deleted": {func(ctx context.Context, c *Client) error {
			return c.DeleteDeploymentTags(ctx, testDeployment, nil)
		}, nil},
		"deletion in use": {func(ctx context.Context, c *Client) error {
			return c.DeleteDeployment(ctx, testDeployment, DeleteDeploymentOptions{IgnoreChecks: true})
		}, []wantRequest{{"DELETE", deploymentPath, url.Values{"ignoreChecks": {"true"}}, ""}}},
		"hard deletion": {func(ctx context.Context, c *Client) error {
			return c.DeleteDeployment(ctx, testDeployment, DeleteDeploymentOptions{IgnoreChecks: true, Hard: true})
		}, []wantRequest{{"DELETE", deploymentPath, url.Values{"ignoreChecks": {"true"}, "hard": {"true"}}, ""}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(ok(`{"name":"accounts/acme/x"}`))
			if err := test.do(t.Context(), serve(t, server)); err != nil {
				t.Fatal(err)
			}

			checkRequestsWithoutHeaders(t, server, test.want...)
		})
	}
}
