// How a story ends: which calls have not returned, which signals wait and for what, and whatever a server still holds. It reads
// the system as the run has left it, once, and changes nothing. What happened on the way there is StoryRecorder's part.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Tells what is left when a run is over.</summary>
internal sealed class StoryEnding(ModelSystem system, Story story)
{
    private readonly World world = system.World;

    /// <summary>Completes a story that has its result.</summary>
    /// <param name="registered">Requests that were registered in the run, by strand, thread and number.</param>
    internal void Tell(List<(int Strand, uint Thread, long Id)> registered)
    {
        for (int strand = 0; strand < story.Scenario.StrandCount; strand++)
        {
            ref StrandEntry entry = ref system.Ledger[strand];
            if (entry.Call > 0 && !entry.HasEnded)
            {
                story.Unfinished.Add((strand, entry.Call - 1));
            }

            NoteSignals(strand);
        }

        NoteRegistrations(registered);
        NoteLeaks(system.Posix.Dispatcher);
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            if (system.FileServers[number].IsRunning)
            {
                NoteLeaks(system.FileServers[number].Dispatcher);
            }
        }
    }

    /// <summary>Says whose entries have outlived their requests; the registry tells only whether a thread has one.</summary>
    private void NoteRegistrations(List<(int Strand, uint Thread, long Id)> registered)
    {
        if (story.Violation.Invariant != Invariant.Registry)
        {
            return;
        }

        foreach (IGrouping<(int Strand, uint Thread), long> ids in
            registered.GroupBy(each => (each.Strand, each.Thread), each => each.Id))
        {
            (int strand, uint thread) = ids.Key;
            bool hasEnded = strand < 0 || system.Posix.Processes.FindThread(strand).IsNone;
            if (!system.Registry.HasEntryOf(thread) || (!hasEnded && strand != story.Violation.Strand))
            {
                continue;
            }

            string request = ids.Distinct().Count() == 1 ? $"request {ids.First()}" : "a request";
            string end = hasEnded ? $"; {story.NameOf(strand)} has ended" : "";
            story.LeftRegistrations.Add($"{request} of {story.NameOf(strand)} is still registered{end}");
        }
    }

    private void NoteLeaks(Dispatcher server)
    {
        if (story.Violation.Invariant != Invariant.Leak || story.Protocol.IsMonolithic)
        {
            return;
        }

        int held = world.Universes[server.Universe].DescriptorCount;
        if (held > 0)
        {
            string handles = held == 1 ? "a descriptor that it has" : $"{held} descriptors that it has";
            story.LeftRegistrations.Add($"{system.Parties.NameOf(server.Party)} still holds {handles} taken or been given");
        }
    }

    private void NoteSignals(int strand)
    {
        Handle<PosixThread> thread = story.Scenario.StrandAt(strand).IsActor
            ? system.Posix.Processes.FindThread(strand) : default;
        if (thread.IsNone)
        {
            return;
        }

        int parked = system.Posix.Processes.Threads[thread].ParkedSignal - 1;
        int deliverable = system.Posix.Signals.Pending(thread) & ~system.MaskOf(strand);
        NoteHandler(strand, thread, (parked < 0 ? 0 : 1 << parked) | deliverable);
        if (parked >= 0)
        {
            story.WaitingSignals.Add($"{SignalTable.NameAt(parked)} for {story.NameOf(strand)} is parked, its guard flag is "
                + $"{world.Threads[world.Threads.OfStrand(strand)].GuardFlag}");
        }

        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            if ((deliverable >> signal & 1) != 0)
            {
                story.WaitingSignals.Add($"{SignalTable.NameAt(signal)} for {story.NameOf(strand)} is pending and not blocked");
            }
        }
    }

    private void NoteHandler(int strand, Handle<PosixThread> thread, int waiting)
    {
        ref Process process = ref system.Posix.Processes[system.Posix.Processes.Threads[thread].Process];
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            bool isWaiting = strand == story.Violation.Strand && (waiting >> signal & 1) != 0;
            story.HasHandler |= isWaiting && process.Actions[signal].Disposition == SignalDisposition.Handle;
        }
    }
}
