// SPDX-License-Identifier: MPL-2.0

package mockapi

import "time"

const defaultRouterTime = 100 * time.Millisecond

// routing is the part of a server's state that routes requests to deployments, and what fine-tunes models.
type routing struct {
	routers        map[string]*routerRecord
	fineTuningJobs map[string]FineTuningJob

	routerTime         time.Duration
	outcome            RouterOutcome
	forgetsDeployments bool
	created            map[string]int

	readyBeforeInference time.Duration
	schedulesUnknown     bool
}

func newRouting(o Options) routing {
	return routing{
		routers:              map[string]*routerRecord{},
		fineTuningJobs:       map[string]FineTuningJob{},
		routerTime:           defaultRouterTime,
		created:              map[string]int{},
		readyBeforeInference: o.ReadyBeforeInference,
	}
}

// SetRouterTime sets how long creating, updating and deleting routers takes from now on; the default is 100 ms.
func (s *Server) SetRouterTime(d time.Duration) {
	defer s.lock()()

	s.routing.routerTime = d
}

// SetRouterOutcome sets how the creations and updates of routers finish that start from now on.
func (s *Server) SetRouterOutcome(o RouterOutcome) {
	defer s.lock()()

	s.routing.outcome = o
}

// SetRoutersForgetDeployments sets whether routers lose a deployment that is deleted; by default they keep its name.
func (s *Server) SetRoutersForgetDeployments(on bool) {
	defer s.lock()()

	s.routing.forgetsDeployments = on
}

// SetReadyBeforeInference sets for how long the deployments and deployed models that become ready from now on do not
// respond yet: requests get 404 for the first half of this time, then 503.
func (s *Server) SetReadyBeforeInference(d time.Duration) {
	defer s.lock()()

	s.routing.readyBeforeInference = d
}

// SetSchedulesUnknown sets whether the server is an older one, which refuses scalingSchedules and
// maxConcurrencyPerReplica as unknown fields.
func (s *Server) SetSchedulesUnknown(on bool) {
	defer s.lock()()

	s.routing.schedulesUnknown = on
}
