// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/http"
	"net/url"
	"testing"
)

func TestCalls_Requests(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		server := respondWith(ok(call.response))

		client, _ := serveInBubble(t, server,
			func(c *Config) { c.AdditionalHeaders = map[string]string{"x-gateway-token": testHeadVal} })
		if err := call.err(t.Context(), client); err != nil {
			t.Fatal(err)
		}

		checkRequests(t, server, call.request)
		checkHeader(t, server.requests()[0])
	})
}

// checkRequests compares everything but the headers.
func checkRequests(t *testing.T, server *scriptedServer, want ...wantRequest) {
	t.Helper()

	var got []wantRequest
	for _, request := range server.requests() {
		got = append(got, wantRequest{request.Method, request.Path, request.Query, request.Body})
	}

	wantNoDiff(t, "requests", want, got)
}

// checkHeader checks that exactly the expected headers are sent.
func checkHeader(t *testing.T, request recordedRequest) {
	t.Helper()

	want := http.Header{
		"Authorization":   {"Bearer " + testKey},
		"Accept":          {"application/json"},
		"Accept-Encoding": {"gzip"},
		"User-Agent":      {testAgent},
		testHeader:        {testHeadVal},
	}
	if request.Body != "" {
		want["Content-Type"] = []string{"application/json"}
	}

	request.Header.Del("Content-Length")
	wantNoDiff(t, "headers", want, request.Header)
}

func TestCalls_EscapedPaths(t *testing.T) {
	t.Parallel()

	const id, escaped = `ä b?c#d%2Fe;f`, "%C3%A4%20b%3Fc%23d%252Fe%3Bf"

	jobCheckpoint := CheckpointName{AccountID: id, JobID: id, CheckpointID: id}
	sessionCheckpoint := CheckpointName{AccountID: id, SessionID: id, CheckpointID: id}
	deployment := DeploymentName{AccountID: id, DeploymentID: id}

	calls := map[string]func(context.Context, *Client) (any, error){
		"/rlorTrainerJobs/" + escaped + "/checkpoints": func(ctx context.Context, c *Client) (any, error) {
			return c.ListCheckpoints(ctx, JobName{id, id}, 0)
		},
		"/trainingSessions/" + escaped + "/checkpoints": func(ctx context.Context, c *Client) (any, error) {
			return c.ListCheckpoints(ctx, SessionName{id, id}, 0)
		},
		"/checkpoints/" + escaped + ":promote": func(ctx context.Context, c *Client) (any, error) {
			return c.Promote(ctx, PromotionRequest{Checkpoint: jobCheckpoint, OutputModelID: "m"})
		},
		"/trainingSessions/" + escaped + "/checkpoints/" + escaped + ":promote": func(ctx context.Context,
			c *Client) (any, error) {
			return c.Promote(ctx, PromotionRequest{Checkpoint: sessionCheckpoint, OutputModelID: "m"})
		},
		"/operations/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return c.GetOperation(ctx, OperationName{id, id})
		},
		"/models/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return c.GetModel(ctx, ModelName{id, id})
		},
		"/models": func(ctx context.Context, c *Client) (any, error) { return c.ListModels(ctx, id) },
		"/trainingShapes/" + escaped + "/versions": func(ctx context.Context, c *Client) (any, error) {
			return c.ResolveTrainingShape(ctx, TrainingShapeName{AccountID: id, ShapeID: id})
		},
		"/trainingShapes/" + escaped + "/versions/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return c.ResolveTrainingShape(ctx, TrainingShapeName{AccountID: id, ShapeID: id, VersionID: id})
		},
		"/deployments": func(ctx context.Context, c *Client) (any, error) { return c.ListDeployments(ctx, id) },
		"/deployments/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return c.GetDeployment(ctx, deployment)
		},
		"/deployments/" + escaped + ":setTags": func(ctx context.Context, c *Client) (any, error) {
			return nil, c.SetDeploymentTags(ctx, deployment, map[string]string{"a": "b"})
		},
		"/deploymentShapes/" + escaped + "/versions/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return c.ResolveDeploymentShape(ctx, DeploymentShapeName{AccountID: id, ShapeID: id, VersionID: id})
		},
		"/deploymentShapeVersions:match": func(ctx context.Context, c *Client) (any, error) {
			return c.MatchDeploymentShapes(ctx, id, "m", true)
		},
		"/deployedModels/" + escaped: func(ctx context.Context, c *Client) (any, error) {
			return nil, c.DeleteDeployedModel(ctx, DeployedModelName{AccountID: id, DeployedModelID: id})
		},
		"/quotas": func(ctx context.Context, c *Client) (any, error) { return c.ListQuotas(ctx, id) },
	}
	for path, do := range calls {
		server := respondWith(ok(`{}`))
		_, _ = do(t.Context(), serve(t, server))
		checkEqual(t, "path", server.requests()[0].Path, "/v1/accounts/"+escaped+path)
	}
}

func TestCalls_ColonInPath(t *testing.T) {
	t.Parallel()

	request := testPromotion
	request.Checkpoint.CheckpointID = "step:50"

	server := respondWith(ok(promotionReply))
	if _, err := serve(t, server).Promote(t.Context(), request); err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "path", server.requests()[0].Path, account+"/checkpoints/step:50:promote")
}

func TestClient_Confirmed(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]bool{`{"name":"m"}`: true, `{}`: true, `<html>`: false, `[]`: false, ``: false} {
		client := serve(t, respondWith(failing(404), ok(body)))
		_, _ = client.GetModel(t.Context(), testModel)
		checkEqual(t, "confirmed by a 404", client.Confirmed(), false)

		_, _ = client.GetModel(t.Context(), testModel)
		checkEqual(t, "confirmed by "+body, client.Confirmed(), want)
	}
}

// TestClient_Confirm confirms the URL by a request for the account, whose own errors say nothing about the URL.
func TestClient_Confirm(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		response cannedResponse
		want     bool
	}{
		"an account":   {ok(accountReply), true},
		"no account":   {ok(`{"accounts":[]}`), true},
		"two accounts": {ok(`{"accounts":[{"name":"accounts/a"},{"name":"accounts/b"}]}`), true},
		"wrong key":    {failing(401), false},
		"not there":    {failing(404), false},
		"a page":       {ok(`<html>`), false},
	} {
		client := serve(t, respondWith(test.response))
		err := client.Confirm(t.Context())
		checkEqual(t, name+" confirms", err == nil, test.want)
		checkEqual(t, name+" is remembered", client.Confirmed(), test.want)
	}
}

func TestCalls_BaseURLWithPath(t *testing.T) {
	t.Parallel()

	for suffix, prefix := range map[string]string{"": "", "/": "", "//": "", "/proxy": "/proxy", "/proxy/": "/proxy"} {
		server := respondWith(ok(promotedModel))

		base, err := CheckBaseURL(startServer(t, server).URL + suffix)
		if err != nil {
			t.Fatal(err)
		}

		client := newTestClient(t, base)
		if _, err := client.GetModel(t.Context(), testModel); err != nil {
			t.Fatal(err)
		}

		checkEqual(t, "path with the suffix "+suffix, server.requests()[0].Path, prefix+account+"/models/tuned")
	}
}

func TestDeploymentCalls_Options(t *testing.T) {
	t.Parallel()

	const body = `{"baseModel":"accounts/acme/models/tuned"}`

	flags := testCreateDeployment
	flags.AcceptShapelessRisk, flags.SkipShapeValidation, flags.DisableSpeculativeDecoding = true, true, true
	flagQuery := []string{"acceptShapelessRisk", "true", "skipShapeValidation", "true",
		"disableSpeculativeDecoding", "true", "deploymentId", "serve"}
	withoutID := CreateDeploymentRequest{Name: DeploymentName{AccountID: "acme"}, Fields: testCreateDeployment.Fields}

	policy := Fields{
		"autoscaling_policy": &AutoscalingPolicy{ScaleDownWindow: "600s",
			LoadTargets: map[string]Float64{"requests_per_second": 0.1}},
		"placement": &Placement{Regions: []Enum{"US_IOWA_1"}},
	}
	mask := func(fields string, more ...string) url.Values { return queryOf(append(more, "updateMask", fields)...) }
	one := func(method, path string, query url.Values, body string) []wantRequest {
		return []wantRequest{{method, path, query, body}}
	}

	tests := map[string]struct {
		want []wantRequest
		do   func(context.Context, *Client) (any, error)
	}{
		"create": {one("POST", account+"/deployments", queryOf(flagQuery...), body),
			func(ctx context.Context, c *Client) (any, error) { return c.CreateDeployment(ctx, flags) }},
		"validate": {
			one("POST", account+"/deployments", queryOf(append(flagQuery, "validateOnly", "true")...), body),
			func(ctx context.Context, c *Client) (any, error) { return c.ValidateDeployment(ctx, flags) }},
		"validate without ID": {one("POST", account+"/deployments", queryOf("validateOnly", "true"), body),
			func(ctx context.Context, c *Client) (any, error) { return c.ValidateDeployment(ctx, withoutID) }},
		"update, unvalidated shape": {
			one("PATCH", deploymentPath, mask("description", "skipShapeValidation", "true"), `{"description":"d"}`),
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployment(ctx, testDeployment, Fields{"description": "d"}, true)
			}},
		"update without fields": {one("GET", deploymentPath, nil, ""),
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployment(ctx, testDeployment, Fields{}, true)
			}},
		"update of nil": {one("GET", deploymentPath, nil, ""),
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployment(ctx, testDeployment, nil, false)
			}},
		"update of a deployed model without fields": {one("GET", deployedModelPath, nil, ""),
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployedModel(ctx, testDeployedModel, nil)
			}},
		"update of a router without fields": {one("GET", routerPath, nil, ""),
			func(ctx context.Context, c *Client) (any, error) { return c.UpdateRouter(ctx, testRouter, nil) }},
		"policy and placement": {
			one("PATCH", deploymentPath, mask("autoscaling_policy,placement"),
				`{"autoscalingPolicy":{"scaleDownWindow":"600s","loadTargets":{"requests_per_second":0.1}},`+
					`"placement":{"regions":["US_IOWA_1"]}}`),
			func(ctx context.Context, c *Client) (any, error) {
				return c.UpdateDeployment(ctx, testDeployment, policy, false)
			}},
		"tags": {one("POST", deploymentPath+":setTags", nil, `{"tags":{"custom/a.b/c":"1","custom/b":"2"}}`),
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.SetDeploymentTags(ctx, testDeployment, map[string]string{"b": "2", "a.b/c": "1"})
			}},
		"no tags": {nil,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.SetDeploymentTags(ctx, testDeployment, nil)
			}},
		"tags to be deleted": {one("POST", deploymentPath+":deleteTags", nil, `{"keys":["custom/a","custom/b"]}`),
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeploymentTags(ctx, testDeployment, []string{"b", "a", "b"})
			}},
		"no tags to be deleted": {nil,
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeploymentTags(ctx, testDeployment, nil)
			}},
		"deletion in use": {one("DELETE", deploymentPath, queryOf("ignoreChecks", "true"), ""),
			func(ctx context.Context, c *Client) (any, error) {
				return nil, c.DeleteDeployment(ctx, testDeployment, DeleteDeploymentOptions{IgnoreChecks: true})
			}},
		"hard deletion": {one("DELETE", deploymentPath, queryOf("ignoreChecks", "true", "hard", "true"), ""),
			func(ctx context.Context, c *Client) (any, error) {
				hard := DeleteDeploymentOptions{IgnoreChecks: true, Hard: true}
				return nil, c.DeleteDeployment(ctx, testDeployment, hard)
			}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(ok(`{"name":"accounts/acme/x"}`))
			if _, err := test.do(t.Context(), serve(t, server)); err != nil {
				t.Fatal(err)
			}

			checkRequests(t, server, test.want...)
		})
	}
}
