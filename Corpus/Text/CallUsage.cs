// How a call is written, for messages and for the handbook: derived from the call table, so that a new call or argument
// explains itself.

using System.Text;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Writes calls with placeholders for their arguments.</summary>
public static class CallUsage
{
    /// <summary>The call as one writes it, such as <c>read(fd, count)</c>; what is optional stands in brackets.</summary>
    public static string Of(CallKind kind)
    {
        ref readonly var description = ref CallTable.Of(kind);
        var text = new StringBuilder(Outputs(description)).Append(description.Name).Append('(');
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var argument = description.ArgumentAt(i);
            text.Append(Separator(argument, i)).Append(Placeholder(argument));
        }

        return text.Append(')').ToString();
    }

    /// <summary>The names of the calls that a strand of this kind can make, in the order of the table.</summary>
    internal static void AddNames(Suggestion suggestion, StrandKind caller)
    {
        for (var kind = CallKind.None + 1; (int)kind < CallTable.Count; kind++)
        {
            if (CallTable.Of(kind).MayBeMadeBy(caller))
            {
                suggestion.Add(CallTable.Of(kind).Name);
            }
        }
    }

    /// <summary>Who can make the call, for the message that somebody else cannot.</summary>
    internal static string CallersOf(CallKind kind) => CallTable.Of(kind).Callers switch
    {
        CallerKinds.Time => $"'{PartyName.Time}:'",
        CallerKinds.Line => $"'{PartyName.Line}:'",
        CallerKinds.Actors => "processes, threads and children",
        _ => "processes, threads, children and handlers",
    };

    private static string Outputs(in CallDescription description) => description.OutputCount switch
    {
        0 => "",
        1 => description.Has(CallFlags.CreatesThread) ? "T = " : "C = ",
        _ => "r, w = ",
    };

    private static string Separator(ArgumentKind kind, int index) => kind switch
    {
        ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents => " ",
        ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.OptionalPollDescriptor => "[, ",
        _ => index == 0 ? "" : ", ",
    };

    private static string Placeholder(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Descriptor or ArgumentKind.PollDescriptor or ArgumentKind.OptionalPollDescriptor => "fd",
        ArgumentKind.Device => "device",
        ArgumentKind.ByteCount => "count",
        ArgumentKind.Process => "process",
        ArgumentKind.Thread => "thread",
        ArgumentKind.Signal => "signal",
        ArgumentKind.Disposition => "how",
        ArgumentKind.ActionFlags => "flags]",
        ArgumentKind.MaskChange => "change",
        ArgumentKind.SignalSet => "set",
        ArgumentKind.Status => "status",
        ArgumentKind.ProcessOrAny => "child",
        ArgumentKind.WaitFlags => "nohang]",
        ArgumentKind.PollEvents => "events",
        ArgumentKind.OptionalPollEvents => "events]",
        ArgumentKind.Ticks => "ticks",
        ArgumentKind.Timeout => "timeout",
        _ => "",
    };
}
