// SPDX-License-Identifier: MPL-2.0

package mockapi

import "net/http"

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
