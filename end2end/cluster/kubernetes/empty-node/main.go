// Command empty-node stops and removes every pod on the container runtime at the given socket, so that no process,
// network namespace or mount of theirs is left. It never talks to an API server: it also works when that is gone.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	cri "k8s.io/cri-client/pkg"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: empty-node unix:///path/of/containerd.sock")
		os.Exit(2)
	}
	if err := emptyNode(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "empty-node:", err)
		os.Exit(1)
	}
}

func emptyNode(ctx context.Context, endpoint string) error {
	runtime, err := cri.NewRemoteRuntimeService(ctx, endpoint, 30*time.Second, nil, false)
	if err != nil {
		return err
	}
	sandboxes, err := runtime.ListPodSandbox(ctx, nil)
	if err != nil {
		return err
	}
	for _, sandbox := range sandboxes {
		if err := runtime.StopPodSandbox(ctx, sandbox.Id); err != nil {
			return fmt.Errorf("stop %s/%s: %w", sandbox.Metadata.Namespace, sandbox.Metadata.Name, err)
		}
		if err := runtime.RemovePodSandbox(ctx, sandbox.Id); err != nil {
			return fmt.Errorf("remove %s/%s: %w", sandbox.Metadata.Namespace, sandbox.Metadata.Name, err)
		}
	}
	return nil
}
