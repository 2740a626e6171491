// How much one run can amount to at most, whatever its scenario says and however it is scheduled. What a scenario may say is
// bounded where text and bytes come in (Scenario); what follows from it is bounded here, and the tables of the model have a place
// for all of it. So a full table is never met in a run: it would be an end that the modelled system does not have, or one of this
// tool. Every line of an actor is run once, and handlers, which could run for ever, have bounds of their own.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Core;

/// <summary>Bounds of what happens in a run, and the sizes of tables that follow from them.</summary>
public static class RunLimits
{
    /// <summary>Handlers that run with a body; later ones run empty.</summary>
    public const int HandlerBodies = 16;

    /// <summary>Calls that handlers make, all together; a body that would exceed them runs empty.</summary>
    public const int HandlerCalls = Scenario.MaximumCalls;

    /// <summary>Calls that are made, all together.</summary>
    public const int CallsMade = Scenario.MaximumCalls + HandlerCalls;

    /// <summary>Activations that a thread's stack holds; the frame of another handler does not fit, which ends the
    /// process.</summary>
    public const int ActivationDepth = 64;

    /// <summary>Servers: the POSIX server and the external file servers.</summary>
    public const int Servers = 1 + Scenario.MaximumServers;

    /// <summary>Pipes: those that calls of actors and the prelude make, which have names of their own, and those of
    /// handlers.</summary>
    public const int Pipes = (Scenario.MaximumResources / 2) + HandlerCalls;

    /// <summary>Open files: both ends of every pipe, and every device.</summary>
    public const int OpenFiles = (2 * Pipes) + Scenario.MaximumDevices;

    /// <summary>Requests that servers have not finished: each call made asks for one thing at a time, and what a killed thread
    /// has left behind was a call, too.</summary>
    public const int Requests = CallsMade;

    /// <summary>Cancels on their way: by the thread of a request, and by the POSIX server in its name.</summary>
    public const int Cancels = 2 * Requests;

    /// <summary>Guard epochs: one for each thread, and the former ones that requests refer to; the next one is made before the
    /// last is dropped.</summary>
    public const int Epochs = Scenario.MaximumActors + Requests + 1;

    /// <summary>Waits for events: of each thread's signals, of its end and of the end of its process, and in each
    /// request.</summary>
    public const int Waits = (3 * Scenario.MaximumActors) + Requests;

    /// <summary>Cancel sources: of each thread, of each epoch, and two in each request, of its token and of a deadline.</summary>
    public const int CancelSources = Scenario.MaximumActors + Epochs + (2 * Requests);

    /// <summary>Event objects of the kernel: of each port, and one for each call, since a protocol may leave them
    /// behind.</summary>
    public const int KernelEvents = Scenario.MaximumDevices + CallsMade;

    /// <summary>Operations: of each file's server, which accepts; of each thread's observer and server; in each request and
    /// cancel one of who asks and one of who answers; and in each request one that watches an event or a deadline.</summary>
    public const int Operations = OpenFiles + (2 * Scenario.MaximumActors) + (2 * (Requests + Cancels)) + Requests;

    /// <summary>Ends of lanes: of each file, of each thread, and of the conversation of each request and cancel.</summary>
    public const int LaneEnds = 2 * (OpenFiles + Scenario.MaximumActors + Requests + Cancels);
}
