// Writes a scenario in its normal form: the prelude (machine, pipes, devices, processes that make no calls, threads), then the
// calls in order with canonical spacing. A scenario in normal order is equal to what the parser makes of this text, and
// the text is equal to the formatted parse. Comments are not part of a scenario and so not of its normal form. No line
// ends in white space; every line ends in one line feed.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Scenario to text.</summary>
public static class ScenarioFormatter
{
    /// <summary>The normal form of <paramref name="scenario"/>; allocates the string.</summary>
    public static string Format(Scenario scenario)
    {
        var text = new TextBuffer();
        Append(text, scenario);
        return text.ToString();
    }

    /// <summary>One call without its line feed, as traces and charts show it; allocates the string.</summary>
    public static string FormatCall(Scenario scenario, int call)
    {
        var text = new TextBuffer();
        AppendCall(text, scenario, call);
        return text.ToString();
    }

    /// <summary>Appends the normal form of <paramref name="scenario"/>.</summary>
    public static void Append(TextBuffer text, Scenario scenario)
    {
        if (!scenario.HasPlainMachine)
        {
            AppendMachine(text, scenario);
            text.Append('\n');
        }

        AppendResources(text, scenario, ResourceKind.PipeRead);
        AppendResources(text, scenario, ResourceKind.Device);
        AppendSilentProcesses(text, scenario);
        AppendThreads(text, scenario);
        for (var i = 0; i < scenario.CallCount; i++)
        {
            AppendCall(text, scenario, i);
            text.Append('\n');
        }
    }

    /// <summary>Appends one call without a line feed.</summary>
    public static void AppendCall(TextBuffer text, Scenario scenario, int index)
    {
        ref readonly var call = ref scenario.Calls[index];
        AppendLabel(text, scenario, call.Strand);
        AppendOutputs(text, scenario, call);
        text.Append(CallTable.Of(call.Kind).Name);
        text.Append('(');
        AppendArguments(text, scenario, call);
        text.Append(')');
        AppendResults(text, scenario, call.Allowed);
        if (call.WhenBlocked >= 0)
        {
            text.Append(" when ");
            text.Append(scenario.Strands[call.WhenBlocked].Name);
            text.Append(call.WhenSettled ? " settled" : " blocked");
        }
    }

    private static void AppendResources(TextBuffer text, Scenario scenario, ResourceKind kind)
    {
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref readonly var resource = ref scenario.Resources[i];
            if (!resource.IsPrelude || resource.Kind != kind)
            {
                continue;
            }

            AppendResource(text, scenario, i);
            text.Append('\n');
        }
    }

    /// <summary>Appends the line that describes the machine, without a line feed.</summary>
    internal static void AppendMachine(TextBuffer text, Scenario scenario)
    {
        text.Append("machine ");
        text.Append((char)('0' + scenario.ProcessorCount));
        if (scenario.Alarm != AlarmKind.TscDeadline)
        {
            text.Append(' ');
            text.Append(Keyword.Alarms[(int)scenario.Alarm]);
        }
    }

    /// <summary>Appends the declaration of a device or of a pipe by its read end, without a line feed.</summary>
    internal static void AppendResource(TextBuffer text, Scenario scenario, int index)
    {
        ref readonly var resource = ref scenario.Resources[index];
        text.Append(resource.Kind == ResourceKind.Device ? "device " : "pipe ");
        text.Append(resource.Name);
        if (resource.Kind == ResourceKind.PipeRead)
        {
            text.Append(", ");
            text.Append(scenario.Resources[index + 1].Name);
        }

        if (resource.Behaviour != FileBehaviour.Terminal)
        {
            text.Append(' ');
            text.Append(Keyword.Behaviours[(int)resource.Behaviour]);
        }

        if (resource.Server != 0)
        {
            text.Append(" on ");
            text.Append(Keyword.Servers[resource.Server]);
        }
    }

    private static void AppendSilentProcesses(TextBuffer text, Scenario scenario)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (ScenarioOrder.IsSilent(scenario, i))
            {
                text.Append("process ");
                text.Append(scenario.Strands[i].Name);
                text.Append('\n');
            }
        }
    }

    private static void AppendThreads(TextBuffer text, Scenario scenario)
    {
        foreach (ref readonly var strand in scenario.Strands)
        {
            if (strand.Kind == StrandKind.Thread && !strand.IsCloned)
            {
                text.Append("thread ");
                text.Append(strand.Name);
                text.Append(" in ");
                text.Append(scenario.Strands[strand.Process].Name);
                text.Append('\n');
            }
        }
    }

    private static void AppendLabel(TextBuffer text, Scenario scenario, int index)
    {
        ref readonly var strand = ref scenario.Strands[index];
        switch (strand.Kind)
        {
            case StrandKind.Time:
                text.Append(PartyName.Time);
                break;
            case StrandKind.Line:
                text.Append(PartyName.Line);
                break;
            case StrandKind.Handler:
                text.Append(scenario.Strands[strand.Process].Name);
                text.Append('.');
                text.Append(SignalTable.NameAt(strand.Signal));
                break;
            default:
                text.Append(strand.Name);
                break;
        }

        text.Append(": ");
    }

    private static void AppendOutputs(TextBuffer text, Scenario scenario, in Call call)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            text.Append(scenario.Strands[call.Output0].Name);
            text.Append(" = ");
        }
        else if (call.Kind == CallKind.Pipe)
        {
            text.Append(scenario.Resources[call.Output0].Name);
            text.Append(", ");
            text.Append(scenario.Resources[call.Output1].Name);
            text.Append(" = ");
        }
    }

    private static void AppendArguments(TextBuffer text, Scenario scenario, in Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = call.Argument(i);
            if (IsLeftOut(kind, value))
            {
                continue;
            }

            if (i > 0)
            {
                text.Append(kind is ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents ? " " : ", ");
            }

            AppendArgument(text, scenario, kind, value);
        }
    }

    private static bool IsLeftOut(ArgumentKind kind, short value) => kind switch
    {
        ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.OptionalPollEvents => value == 0,
        ArgumentKind.OptionalPollDescriptor => value < 0,
        _ => false,
    };

    private static void AppendArgument(TextBuffer text, Scenario scenario, ArgumentKind kind, short value)
    {
        if (CallTable.IsResource(kind))
        {
            text.Append(scenario.Resources[value].Name);
        }
        else if (kind == ArgumentKind.ProcessOrAny && value < 0)
        {
            text.Append(Keyword.Any);
        }
        else if (CallTable.IsStrand(kind))
        {
            text.Append(scenario.Strands[value].Name);
        }
        else if (kind == ArgumentKind.Signal)
        {
            text.Append(SignalTable.NameAt(value));
        }
        else if (kind == ArgumentKind.SignalSet)
        {
            AppendSignalSet(text, (ushort)value);
        }
        else
        {
            AppendWordsOrNumber(text, kind, value);
        }
    }

    private static void AppendWordsOrNumber(TextBuffer text, ArgumentKind kind, short value)
    {
        var words = Keyword.WordsOf(kind);
        if (words.IsEmpty)
        {
            text.AppendNumber(value);
            return;
        }

        if (kind is ArgumentKind.Disposition or ArgumentKind.MaskChange)
        {
            text.Append(words[value]);
            return;
        }

        var separator = "";
        for (var bit = 0; bit < words.Length; bit++)
        {
            if ((value & (1 << bit)) != 0)
            {
                text.Append(separator);
                text.Append(words[bit]);
                separator = "|";
            }
        }
    }

    private static void AppendSignalSet(TextBuffer text, ushort mask)
    {
        text.Append('{');
        var separator = "";
        for (var i = 0; i < SignalTable.Count; i++)
        {
            if ((mask & SignalTable.MaskOf(i)) != 0)
            {
                text.Append(separator);
                text.Append(SignalTable.NameAt(i));
                separator = ", ";
            }
        }

        text.Append('}');
    }

    private static void AppendResults(TextBuffer text, Scenario scenario, in AllowedResults allowed)
    {
        var separator = " = ";
        for (var i = 0; i < allowed.ValueCount; i++)
        {
            AppendSeparator(text, ref separator);
            text.AppendNumber(allowed.ValueAt(i));
        }

        for (var i = 0; i < Scenario.MaximumStrands; i++)
        {
            if ((allowed.Children & (1U << i)) != 0)
            {
                AppendSeparator(text, ref separator);
                text.Append(scenario.Strands[i].Name);
            }
        }

        if (allowed.AllowsAnySuccess)
        {
            AppendSeparator(text, ref separator);
            text.Append(Keyword.Ok);
        }

        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            if ((allowed.Errnos & (1U << i)) != 0)
            {
                AppendSeparator(text, ref separator);
                text.Append(ErrnoTable.NameAt(i));
            }
        }

        if (allowed.AllowsBlocked)
        {
            AppendSeparator(text, ref separator);
            text.Append(Keyword.Blocked);
        }
    }

    private static void AppendSeparator(TextBuffer text, ref string separator)
    {
        text.Append(separator);
        separator = " | ";
    }
}
