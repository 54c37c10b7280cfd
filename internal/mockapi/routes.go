// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/url"
	"strings"
)

type handler func(*Server, *call) (any, error)

type route struct {
	method, pattern string
	handle          handler
}

var routes = append([]route{
	{http.MethodGet, "/v1/accounts", (*Server).listAccounts},
	{http.MethodGet, "/v1/accounts/*/rlorTrainerJobs/*/checkpoints", (*Server).listJobCheckpoints},
	{http.MethodGet, "/v1/accounts/*/trainingSessions/*/checkpoints", (*Server).listSessionCheckpoints},
	{http.MethodPost, "/v1/accounts/*/checkpoints/*:promote", (*Server).promoteJobCheckpoint},
	{http.MethodPost, "/v1/accounts/*/trainingSessions/*/checkpoints/*:promote", (*Server).promoteSessionCheckpoint},
	{http.MethodGet, "/v1/accounts/*/operations/*", (*Server).getOperation},
	{http.MethodGet, "/v1/accounts/*/models", (*Server).listModels},
	{http.MethodGet, "/v1/accounts/*/models/*", (*Server).getModel},
	{http.MethodPatch, "/v1/accounts/*/models/*", (*Server).updateModel},
	{http.MethodDelete, "/v1/accounts/*/models/*", (*Server).deleteModel},
	{http.MethodGet, "/v1/accounts/*/trainingShapes/*", (*Server).getTrainingShape},
	{http.MethodGet, "/v1/accounts/*/trainingShapes/*/versions", listShapeVersions(trainingShapes)},
	{http.MethodGet, "/v1/accounts/*/trainingShapes/*/versions/*", getShapeVersion(trainingShapes)},
	{http.MethodGet, "/v1/accounts/*/deploymentShapes/*/versions", listShapeVersions(deploymentShapes)},
	{http.MethodGet, "/v1/accounts/*/deploymentShapes/*/versions/*", getShapeVersion(deploymentShapes)},
	{http.MethodPost, "/v1/accounts/*/deploymentShapeVersions:match", (*Server).matchDeploymentShapes},
	{http.MethodGet, "/v1/accounts/*/deployments", (*Server).listDeployments},
	{http.MethodPost, "/v1/accounts/*/deployments", (*Server).createDeployment},
	{http.MethodGet, "/v1/accounts/*/deployments/*", (*Server).getDeployment},
	{http.MethodPatch, "/v1/accounts/*/deployments/*", (*Server).updateDeployment},
	{http.MethodDelete, "/v1/accounts/*/deployments/*", (*Server).deleteDeployment},
	{http.MethodPost, "/v1/accounts/*/deployments/*:undelete", (*Server).undeleteDeployment},
	{http.MethodPost, "/v1/accounts/*/deployments/*:setTags", (*Server).setDeploymentTags},
	{http.MethodPost, "/v1/accounts/*/deployments/*:deleteTags", (*Server).deleteDeploymentTags},
	{http.MethodGet, "/v1/accounts/*/quotas", (*Server).listQuotas},
	{http.MethodGet, "/v1/accounts/*/deployedModels", (*Server).listDeployedModels},
	{http.MethodPost, "/v1/accounts/*/deployedModels", (*Server).createDeployedModel},
	{http.MethodGet, "/v1/accounts/*/deployedModels/*", (*Server).getDeployedModel},
	{http.MethodPatch, "/v1/accounts/*/deployedModels/*", (*Server).updateDeployedModel},
	{http.MethodDelete, "/v1/accounts/*/deployedModels/*", (*Server).deleteDeployedModel},
	{http.MethodPost, "/inference/v1/chat/completions", (*Server).createChatCompletion},
}, routingRoutes...)

// findRoute returns the handler of a request and the unescaped values of the wildcards of its pattern.
func findRoute(method, escapedPath string) (handler, []string) {
	for _, r := range routes {
		if r.method != method || !matchPath(r.pattern, escapedPath) {
			continue
		}

		if params, ok := pathParams(r.pattern, escapedPath); ok {
			return r.handle, params
		}
	}

	return nil, nil
}

func pathParams(pattern, escapedPath string) ([]string, bool) {
	var params []string

	segments := strings.Split(escapedPath, "/")
	for i, p := range strings.Split(pattern, "/") {
		prefix, suffix, wild := strings.Cut(p, "*")
		if !wild {
			continue
		}

		value := strings.TrimSuffix(strings.TrimPrefix(segments[i], prefix), suffix)

		id, err := url.PathUnescape(value)
		if err != nil || id == "" {
			return nil, false
		}

		params = append(params, id)
	}

	return params, true
}

// matchPath reports whether an escaped path matches a pattern, segment by segment: a * stands for any run of
// characters within a segment, a trailing ** for any rest.
func matchPath(pattern, escapedPath string) bool {
	for {
		if pattern == "**" {
			return true
		}

		p, patternRest, patternMore := strings.Cut(pattern, "/")

		s, pathRest, pathMore := strings.Cut(escapedPath, "/")
		if !matchSegment(p, s) || patternMore != pathMore {
			return false
		}

		if !patternMore {
			return true
		}

		pattern, escapedPath = patternRest, pathRest
	}
}

func matchSegment(pattern, segment string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == segment
	}

	rest, ok := strings.CutPrefix(segment, before)
	if !ok {
		return false
	}

	for i := range len(rest) + 1 {
		if matchSegment(after, rest[i:]) {
			return true
		}
	}

	return false
}

func lastSegment(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// routingRoutes are the routes of routers and fine-tuning jobs.
var routingRoutes = []route{
	{http.MethodGet, "/v1/accounts/*/routers", (*Server).listRouters},
	{http.MethodPost, "/v1/accounts/*/routers", (*Server).createRouter},
	{http.MethodGet, "/v1/accounts/*/routers/*", (*Server).getRouter},
	{http.MethodPatch, "/v1/accounts/*/routers/*", (*Server).updateRouter},
	{http.MethodDelete, "/v1/accounts/*/routers/*", (*Server).deleteRouter},
	{http.MethodGet, "/v1/accounts/*/supervisedFineTuningJobs", listFineTuningJobs(supervisedJobs)},
	{http.MethodGet, "/v1/accounts/*/supervisedFineTuningJobs/*", getFineTuningJob(supervisedJobs)},
	{http.MethodGet, "/v1/accounts/*/dpoJobs", listFineTuningJobs(dpoJobs)},
	{http.MethodGet, "/v1/accounts/*/dpoJobs/*", getFineTuningJob(dpoJobs)},
	{http.MethodGet, "/v1/accounts/*/reinforcementFineTuningJobs", listFineTuningJobs(reinforcementJobs)},
	{http.MethodGet, "/v1/accounts/*/reinforcementFineTuningJobs/*", getFineTuningJob(reinforcementJobs)},
}
