package org.vaxroute.operate.mbean;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationEmitter;
import javax.management.StandardEmitterMBean;

/**
 * An MBean whose interface carries the descriptions. Rows are plain maps and lists: they arrive as JSON without the wrapping of open types, and
 * any JMX client knows their classes.
 */
final class DescribedMBean extends StandardEmitterMBean {
    private final Class<?> view;

    private <T> DescribedMBean(T bean, Class<T> view, NotificationEmitter news) {
        super(bean, view, false, news);
        this.view = view;
    }

    /** @param view an interface annotated with {@link Description} throughout */
    static <T> DescribedMBean of(T bean, Class<T> view) {
        return of(bean, view, new NotificationBroadcasterSupport());
    }

    /** @param news what its notifications come from */
    static <T> DescribedMBean of(T bean, Class<T> view, NotificationEmitter news) {
        return new DescribedMBean(bean, view, news);
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return text(view.getAnnotation(Description.class));
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        String getter = (info.isIs() ? "is" : "get") + info.getName();
        return text(method(getter, 0)
                .map(found -> found.getAnnotation(Description.class))
                .orElse(null));
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return text(method(info)
                .map(found -> found.getAnnotation(Description.class))
                .orElse(null));
    }

    @Override
    protected String getDescription(MBeanOperationInfo info, MBeanParameterInfo parameter, int sequence) {
        return text(parameter(info, sequence)
                .map(found -> found.getAnnotation(Description.class))
                .orElse(null));
    }

    @Override
    protected String getParameterName(MBeanOperationInfo info, MBeanParameterInfo parameter, int sequence) {
        return parameter(info, sequence).map(Parameter::getName).orElse(parameter.getName());
    }

    @Override
    protected int getImpact(MBeanOperationInfo info) {
        boolean acts = method(info)
                .map(found -> found.isAnnotationPresent(Action.class))
                .orElse(true);
        return acts ? MBeanOperationInfo.ACTION : MBeanOperationInfo.INFO;
    }

    private Optional<Parameter> parameter(MBeanOperationInfo info, int sequence) {
        return method(info).map(found -> found.getParameters()[sequence]);
    }

    private Optional<Method> method(MBeanOperationInfo info) {
        return method(info.getName(), info.getSignature().length);
    }

    private Optional<Method> method(String name, int parameters) {
        return Arrays.stream(view.getMethods())
                .filter(found -> found.getName().equals(name) && found.getParameterCount() == parameters)
                .findFirst();
    }

    private static String text(Description description) {
        return description == null ? "" : description.value();
    }
}
